using System.Net;
using System.Net.Sockets;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Epoll;
using Datahall.Gateway.Kestrel;
using Microsoft.Extensions.Logging;

namespace Datahall.Gateway.Hosting;

/// <summary>The lanes of a gateway, by what its listeners ask for.</summary>
/// <remarks>Kestrel is always there: what the epoll lane cannot do it hands over through a socket in a directory that only this user can enter.</remarks>
internal sealed partial class GatewayLanes(Dispatcher dispatcher, GatewayOptions options, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly ILogger logger = loggers.CreateLogger<GatewayLanes>();
    private readonly KestrelLane kestrel = new(dispatcher, new() { MaxConnections = options.MaxConnections, TrustForwarded = options.TrustForwarded }, loggers);
    private readonly List<EpollLane> epoll = [];
    private DirectoryInfo? relay;

    /// <summary>Where requests are taken, in the order of the listeners.</summary>
    public IReadOnlyList<string> Urls { get; private set; } = [];

    /// <exception cref="GatewayStartException">An address is taken, or a certificate cannot be read.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (fast, full) = (options.Listeners.Where(IsFast).ToList(), options.Listeners.Where(static listener => !IsFast(listener)).ToList());
            var path = fast.Count > 0 ? RelayPath() : null;
            await kestrel.StartAsync(path is null ? full : [.. full, new() { UnixSocket = path, ProxyProtocol = true, Lane = ListenerLane.Kestrel }], cancellationToken);
            var ofKestrel = new Queue<EndPoint>(kestrel.EndPoints);
            Urls = [.. options.Listeners.Select(listener => UrlOf(listener, IsFast(listener) ? Open(listener, new UnixDomainSocketEndPoint(path!)).EndPoint : ofKestrel.Dequeue()))];
            epoll.ForEach(static lane => lane.Start());
        }
        catch (Exception e) when (e is IOException or SocketException or ArgumentException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            var places = string.Join(", ", options.Listeners.Select(static listener => listener.UnixSocket ?? $"{listener.Address}:{listener.Port}"));
            throw new GatewayStartException($"the gateway cannot take requests at {places}: {e.Message}", e);
        }
    }

    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(grace);
        try
        {
            // What epoll has handed over ends with it, so that Kestrel is drained last.
            await Task.WhenAll(epoll.Select(lane => lane.DrainAsync(late.Token)));
        }
        catch (OperationCanceledException)
        {
            // What is not over is cut off.
        }

        await kestrel.StopAsync(late.IsCancellationRequested ? TimeSpan.Zero : grace);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in epoll)
        {
            await lane.DisposeAsync();
        }

        await kestrel.DisposeAsync();
        relay?.Delete(recursive: true);
    }

    private static bool IsFast(ListenerOptions listener) => listener.Lane switch
    {
        ListenerLane.Epoll => true,
        ListenerLane.Auto => EpollLane.IsSupported && !listener.IsTls && listener.UnixSocket is null,
        _ => false,
    };

    private EpollLane Open(ListenerOptions listener, EndPoint full)
    {
        if (listener.IsTls)
        {
            throw new ArgumentException($"the epoll lane has no TLS: listen at {listener.EndPoint} with another lane, or without certificates");
        }

        var lane = new EpollLane(
            dispatcher,
            new()
            {
                Listen = (IPEndPoint)listener.EndPoint,
                Relay = full,
                ExpectProxyHeader = listener.ProxyProtocol,
                TrustForwarded = options.TrustForwarded,
                Connections = options.MaxConnections == 0 ? int.MaxValue : options.MaxConnections,
            },
            LogFault);
        epoll.Add(lane);
        return lane;
    }

    private string RelayPath()
    {
        relay = Directory.CreateTempSubdirectory("datahall-gateway-"); // Mode 0700.
        return Path.Combine(relay.FullName, "relay");
    }

    private static string UrlOf(ListenerOptions listener, EndPoint bound)
    {
        var scheme = listener.IsTls ? "https" : "http";
        return bound is IPEndPoint ip ? $"{scheme}://{new IPEndPoint(IsAny(ip.Address) ? IPAddress.Loopback : ip.Address, ip.Port)}" : $"{scheme}+unix:{bound}";
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    [LoggerMessage(5041, LogLevel.Error, "A connection was lost by a mistake in the epoll lane")]
    private partial void LogFault(Exception fault);
}
