using System.Diagnostics.Metrics;

namespace Datahall.Server.Advice;

/// <summary>What the advisor measures of itself; see <c>docs/metrics.md</c>.</summary>
internal sealed class AdvisorMetrics
{
    private readonly Histogram<double> solveDuration;
    private readonly Counter<long> proposals;
    private readonly Counter<long> taken;
    private readonly Counter<long> dropped;

    public AdvisorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Datahall.Advice");
        solveDuration = meter.CreateHistogram(
            "datahall.advice.solve.duration", "s", "Time that thinking about one batch, or about moves, took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10] });
        proposals = meter.CreateCounter<long>("datahall.advice.proposals", "{proposal}", "Proposals made to the core.");
        taken = meter.CreateCounter<long>("datahall.advice.taken", "{gang}", "Gangs placed and tasks moved as proposed.");
        dropped = meter.CreateCounter<long>("datahall.advice.dropped", "{gang}", "Gangs and moves that the core dropped.");
    }

    public void Solved(TimeSpan duration) => solveDuration.Record(duration.TotalSeconds);

    public void Proposed(int took, int left)
    {
        proposals.Add(1);
        taken.Add(took);
        dropped.Add(left);
    }
}
