using System.Diagnostics.Metrics;
using Datahall.Monitoring.Series;

namespace Datahall.Server.Metrics;

/// <summary>What the series store tells of itself; see <c>docs/metrics.md</c>.</summary>
internal sealed class SeriesMetrics
{
    private readonly Histogram<double> duration;

    public SeriesMetrics(IMeterFactory meters, SeriesStore store)
    {
        var meter = meters.Create("Datahall.Series");
        duration = meter.CreateHistogram(
            "datahall.series.sampling.duration", "s", "Time that taking all samples of one moment took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5] });
        meter.CreateObservableGauge("datahall.series.held", () => store.Count().Series, "{series}", "Series held.");
        meter.CreateObservableGauge("datahall.series.memory", () => store.Count().SampleBytes, "By", "Memory taken for compressed samples.");
        meter.CreateObservableCounter("datahall.series.refused", () => store.Count().RefusedSamples, "{sample}", "Samples refused, because their series would have been one too many.");
        meter.CreateObservableCounter("datahall.series.late", () => store.Count().LateSamples, "{sample}", "Samples refused, because a later one of their series had come.");
        meter.CreateObservableCounter("datahall.series.lost", () => store.Count().LostSamples, "{sample}", "Samples given up, because there was no room for them.");
    }

    public void Sampled(TimeSpan took) => duration.Record(took.TotalSeconds);
}
