using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Observing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Gateway.Feed;

/// <summary>Tells the control plane every second what was seen. What could not be told is told with the next report.</summary>
internal sealed partial class TrafficReporter(
    IRouteFeed feed, TrafficMeter meter, TimeProvider time, ILogger<TrafficReporter> logger) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var report = meter.Read(GatewayClock.Now);
            try
            {
                await feed.ReportAsync(report, stoppingToken);
                meter.Told();
            }
            catch (RouteFeedException e) // Its absence is told once, by the follower of routes.
            {
                LogNotTold(e.Message);
            }
        }
    }

    [LoggerMessage(5021, LogLevel.Debug, "A report was not taken: {Reason}")]
    private partial void LogNotTold(string reason);
}
