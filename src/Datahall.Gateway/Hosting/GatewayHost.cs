using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Feed;
using Datahall.Gateway.Health;
using Datahall.Gateway.Observing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Gateway.Hosting;

/// <summary>A running gateway: it takes requests, follows the routes, looks after replicas and tells what it sees.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    // Requests that come before there are routes would be answered 404.
    private static readonly TimeSpan patienceForRoutes = TimeSpan.FromSeconds(5);

    private readonly GatewayOptions options;
    private readonly GatewayMetrics metrics;
    private readonly Prober prober;
    private readonly GatewayLanes lanes;
    private readonly IReadOnlyList<BackgroundService> loops;
    private int stopped;

    private GatewayHost(GatewayOptions options, IRouteFeed feed, TimeProvider time, ILoggerFactory loggers)
    {
        this.options = options;
        var log = options.AccessLog is { } path ? new AccessLog(path, time, loggers.CreateLogger<AccessLog>()) : null;
        var dispatcher = new Dispatcher(options.Seed) { AccessLog = log };
        metrics = new(dispatcher);
        var meter = new TrafficMeter(dispatcher, options.Name);
        prober = new(dispatcher, time);
        lanes = new(dispatcher, options, loggers);
        Follower = new(feed, dispatcher, new(options.LastRoutesFile, loggers.CreateLogger<LastRoutes>()), options.Name, time, loggers.CreateLogger<RouteFollower>());
        loops =
        [
            Follower,
            new Caretaker(dispatcher, prober, meter),
            new TrafficReporter(feed, meter, time, loggers.CreateLogger<TrafficReporter>()),
            .. log is null ? (BackgroundService[])[] : [log], // Last: it is stopped last, when all is written.
        ];
    }

    /// <summary>Where it takes requests.</summary>
    public IReadOnlyList<string> Urls => lanes.Urls;

    private RouteFollower Follower { get; }

    /// <summary>Starts a gateway; it takes requests when this returns.</summary>
    /// <param name="options">What may be set.</param>
    /// <param name="feed">The control plane.</param>
    /// <param name="time">The clock of loops and probes.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GatewayStartException">It cannot listen.</exception>
    public static async Task<GatewayHost> StartAsync(
        GatewayOptions options, IRouteFeed feed, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var host = new GatewayHost(options, feed, time, loggers);
        try
        {
            foreach (var loop in host.loops)
            {
                await loop.StartAsync(cancellationToken);
            }

            await Task.WhenAny(host.Follower.Ready, Task.Delay(patienceForRoutes, time, cancellationToken));
            await host.lanes.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops in order: nobody new is let in, requests under way go on to their end for a while.</summary>
    /// <param name="cancellationToken">Cuts them off.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0)
        {
            return;
        }

        // The loops go on meanwhile: a replica that dies while requests are finished is still found out.
        await lanes.StopAsync(options.DrainTime, cancellationToken);
        foreach (var loop in loops)
        {
            await loop.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>Stops at once, unless it was stopped already.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new(canceled: true));
        await lanes.DisposeAsync();
        foreach (var loop in loops)
        {
            loop.Dispose();
        }

        prober.Dispose();
        metrics.Dispose();
    }
}
