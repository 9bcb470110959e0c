using Datahall.Gateway.Routes;
using Datahall.Model.Traffic;

namespace Datahall.Gateway.Feed;

/// <summary>The control plane as a gateway sees it: over HTTP, or in the same process.</summary>
/// <remarks>Every call may fail with <see cref="RouteFeedException"/>; the gateway tries again, and traffic goes on with the routes it has.</remarks>
public interface IRouteFeed
{
    /// <summary>Streams what the gateway is to work by: at once, and whenever it changes.</summary>
    IAsyncEnumerable<GatewayConfig> WatchAsync(string gateway, CancellationToken cancellationToken);

    /// <summary>Says what the gateway saw.</summary>
    Task ReportAsync(TrafficReport report, CancellationToken cancellationToken);
}

/// <summary>The control plane did not answer, or did not take what it was told.</summary>
/// <param name="message">Why, for people.</param>
/// <param name="inner">What happened.</param>
public sealed class RouteFeedException(string message, Exception? inner = null) : IOException(message, inner);
