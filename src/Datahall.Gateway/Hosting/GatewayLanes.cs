using System.Net;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Kestrel;
using Microsoft.Extensions.Logging;

namespace Datahall.Gateway.Hosting;

/// <summary>The lanes of a gateway, by what its listeners ask for.</summary>
internal sealed class GatewayLanes : IAsyncDisposable
{
    private readonly GatewayOptions options;
    private readonly KestrelLane kestrel;

    public GatewayLanes(Dispatcher dispatcher, GatewayOptions options, ILoggerFactory loggers)
    {
        this.options = options;
        kestrel = new(dispatcher, new() { MaxConnections = options.MaxConnections }, loggers);
    }

    /// <summary>Where requests are taken, in the order of the listeners.</summary>
    public IReadOnlyList<string> Urls { get; private set; } = [];

    /// <exception cref="GatewayStartException">An address is taken, or a certificate cannot be read.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await kestrel.StartAsync(options.Listeners, cancellationToken);
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            throw new GatewayStartException($"the gateway cannot take requests: {e.Message}", e);
        }

        Urls = [.. options.Listeners.Zip(kestrel.EndPoints, UrlOf)];
    }

    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        try
        {
            await kestrel.StopAsync(cancellationToken.IsCancellationRequested ? TimeSpan.Zero : grace).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever stops it does not want to wait any longer.
        }
    }

    public ValueTask DisposeAsync() => kestrel.DisposeAsync();

    private static string UrlOf(ListenerOptions listener, EndPoint bound)
    {
        var scheme = listener.IsTls ? "https" : "http";
        return bound is IPEndPoint ip ? $"{scheme}://{(IsAny(ip.Address) ? "127.0.0.1" : ip.Address)}:{ip.Port}" : $"{scheme}+unix:{bound}";
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
