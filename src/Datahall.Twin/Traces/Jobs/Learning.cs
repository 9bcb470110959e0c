using Datahall.Scheduling.Ordering;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>Tells an order that learns what has become of jobs; other orders are told nothing.</summary>
internal sealed class Learning(IJobOrder order, Durations durations)
{
    // To take up what was learnt means to sort everybody anew: only when there is so much more of it, and so many facts at least.
    private const double Growth = 0.0005;
    private const int LeastFacts = 8;

    // Who is told the run times has nothing to learn.
    private readonly ServiceCurve? curve = durations is Durations.Unknown ? (order as DatahallOrder)?.Curve : null;
    private long facts;
    private long factsTakenUp;

    /// <summary>Whether enough was learnt for new keys.</summary>
    public bool IsDue => curve is not null && facts - factsTakenUp >= LeastFacts + (Growth * facts);

    /// <summary>A job has run on.</summary>
    public void Ran(JobRun run)
    {
        if (curve is not null && run.LearntSeconds < run.AttainedSeconds)
        {
            curve.Ran(run.Job.Gpus, run.LearntSeconds, run.AttainedSeconds);
            run.LearntSeconds = run.AttainedSeconds;
            facts++;
        }
    }

    /// <summary>A job has ended.</summary>
    public void Ended(JobRun run) => curve?.Ended(run.Job.Gpus, run.AttainedSeconds);

    /// <summary>From now on keys follow from what was told so far.</summary>
    public void TakeUp()
    {
        factsTakenUp = facts;
        curve?.Refresh();
    }
}
