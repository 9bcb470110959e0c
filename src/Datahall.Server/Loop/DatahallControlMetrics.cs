using System.Diagnostics.Metrics;
using Datahall.Server.Resources;

namespace Datahall.Server.Loop;

/// <summary>What the loop measures of itself; see <c>docs/metrics.md</c>.</summary>
internal sealed class DatahallControlMetrics
{
    private readonly Histogram<double> stepDuration;
    private readonly Histogram<long> stepInputs;
    private readonly Histogram<double> commitDuration;
    private readonly Counter<long> commitFailures;

    public DatahallControlMetrics(IMeterFactory meters, ResourceCache cache)
    {
        var meter = meters.Create("Datahall.Control");
        var seconds = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5] };
        stepDuration = meter.CreateHistogram(
            "datahall.control.step.duration", "s", "Time the core took to decide about one batch of inputs.", advice: seconds);
        stepInputs = meter.CreateHistogram(
            "datahall.control.step.inputs", "{input}", "Inputs decided about in one step.",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [0, 1, 2, 5, 10, 50, 100, 500, 1000, 4096] });
        commitDuration = meter.CreateHistogram(
            "datahall.control.commit.duration", "s", "Time the store took to make one step durable.", advice: seconds);
        commitFailures = meter.CreateCounter<long>(
            "datahall.control.commit.failures", "{batch}", "Batches that the store refused.");
        meter.CreateObservableGauge(
            "datahall.control.tasks.pending", () => cache.PendingTasks, "{task}", "Tasks that wait for a place.");
    }

    public void Stepped(TimeSpan duration, int inputs)
    {
        stepDuration.Record(duration.TotalSeconds);
        stepInputs.Record(inputs);
    }

    public void Committed(TimeSpan duration) => commitDuration.Record(duration.TotalSeconds);

    public void CommitFailed() => commitFailures.Add(1);
}
