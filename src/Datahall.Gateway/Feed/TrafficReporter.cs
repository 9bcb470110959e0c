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

    private bool isFailing;

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
                isFailing = false;
            }
            catch (RouteFeedException e)
            {
                if (!isFailing)
                {
                    isFailing = true;
                    LogNotTold(e.Message);
                }
            }
        }
    }

    [LoggerMessage(5021, LogLevel.Warning, "The control plane takes no reports of traffic: {Reason}")]
    private partial void LogNotTold(string reason);
}
