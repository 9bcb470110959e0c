using System.Runtime.CompilerServices;
using Datahall.Control.Inputs;
using Datahall.Gateway.Feed;
using Datahall.Gateway.Routes;
using Datahall.Model.Traffic;
using Datahall.Server.Loop;

namespace Datahall.Server.Gateways;

/// <summary>The control plane of a gateway in the same process.</summary>
internal sealed class LocalRouteFeed(RouteBook book, ControlLoop loop) : IRouteFeed
{
    public async IAsyncEnumerable<GatewayConfig> WatchAsync(string gateway, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var membership = book.Join(gateway);
        await foreach (var config in book.WatchAsync(cancellationToken))
        {
            yield return config;
        }
    }

    public async Task ReportAsync(TrafficReport report, CancellationToken cancellationToken)
    {
        try
        {
            if (await loop.SubmitAsync(new ObserveTraffic(report), cancellationToken) is Refused refused)
            {
                throw new RouteFeedException($"the core did not take the report: {refused.Errors[0].Message}");
            }
        }
        catch (Exception e) when (e is StoreUnavailableException or CoreFaultException) // The next report tells it again.
        {
            throw new RouteFeedException(e.Message, e);
        }
    }
}
