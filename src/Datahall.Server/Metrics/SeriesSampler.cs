using Datahall.Monitoring.Series;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Metrics;

/// <summary>Takes a sample of everything at each interval: of the fleet's state, and of the program's instruments.</summary>
/// <remarks>Samples carry the time at which the interval began, not that of the look: times that are one step apart take no memory.</remarks>
internal sealed partial class SeriesSampler(SeriesStore store, FleetBoard board, SeriesReader instruments, SeriesMetrics metrics, TimeProvider time, ILogger<SeriesSampler> logger) : BackgroundService
{
    private readonly DateTimeOffset started = time.GetUtcNow();

    /// <summary>The earliest time that memory may have samples of.</summary>
    public DateTimeOffset Reaches(DateTimeOffset now) => now - started < store.Options.Retention ? started : now - store.Options.Retention;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = (long)store.Options.Interval.TotalMilliseconds;
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            await Task.Delay(TimeSpan.FromMilliseconds(interval - (now % interval)), time, stoppingToken);
            var at = time.GetUtcNow().ToUnixTimeMilliseconds();
            try
            {
                Sample(at - (at % interval));
            }
            catch (Exception e) // A bug in one measurement must not end all others.
            {
                LogFault(e);
            }
        }
    }

    private void Sample(long at)
    {
        var began = time.GetTimestamp();
        var snapshot = board.Look();
        foreach (var metric in FleetMetrics.All)
        {
            foreach (var (labels, value) in snapshot.Of(metric))
            {
                store.Append(metric.Name, labels, at, value);
            }
        }

        instruments.Sample(at);
        store.Forget(at);
        metrics.Sampled(time.GetElapsedTime(began));
    }

    [LoggerMessage(2801, LogLevel.Error, "Taking samples failed; those of this moment are missing")]
    private partial void LogFault(Exception cause);
}
