using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Routes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Gateway.Feed;

/// <summary>Keeps the dispatcher at what the control plane says; while that is away, at what it said last, over restarts too.</summary>
internal sealed partial class RouteFollower(
    IRouteFeed feed, Dispatcher dispatcher, LastRoutes last, string gateway, TimeProvider time, ILogger<RouteFollower> logger) : BackgroundService
{
    private static readonly TimeSpan shortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan longestPause = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HostNames names = new();
    private bool isAway;

    /// <summary>Completes when there are routes: fresh ones, or those that were known last.</summary>
    public Task Ready => ready.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (last.Read() is { } known)
        {
            await ApplyAsync(known, stoppingToken);
        }

        var pause = shortestPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var config in feed.WatchAsync(gateway, stoppingToken))
                {
                    pause = shortestPause;
                    TellBack();
                    await ApplyAsync(config, stoppingToken);
                    last.Write(config);
                }
            }
            catch (RouteFeedException e) // Traffic goes on with the routes that are known.
            {
                TellAway(e);
            }

            await Task.Delay(pause, time, stoppingToken);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, longestPause.Ticks));
        }
    }

    private async Task ApplyAsync(GatewayConfig config, CancellationToken cancellationToken)
    {
        var replicas = config.Routes.SelectMany(static route => route.Replicas).ToList();
        await names.ResolveAsync(replicas.Select(static replica => replica.Address), cancellationToken);
        dispatcher.Apply(config, names.EndPointOf);
        foreach (var unknown in replicas.Where(replica => names.EndPointOf(replica) is null))
        {
            LogUnknownHost(unknown.Task, unknown.Address);
        }

        ready.TrySetResult();
    }

    private void TellAway(RouteFeedException e)
    {
        if (!isAway)
        {
            isAway = true;
            LogAway(e.Message);
        }
    }

    private void TellBack()
    {
        if (isAway)
        {
            isAway = false;
            LogBack();
        }
    }

    [LoggerMessage(5001, LogLevel.Warning, "The control plane is away ({Reason}); traffic goes on with the routes known last")]
    private partial void LogAway(string reason);

    [LoggerMessage(5002, LogLevel.Warning, "The control plane is back")]
    private partial void LogBack();

    [LoggerMessage(5003, LogLevel.Warning, "The host name {Address} of {Task} is not known: it gets no requests")]
    private partial void LogUnknownHost(string task, string address);
}
