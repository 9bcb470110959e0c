using Datahall.Scheduling.Ordering;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>A policy: an order, and how it is carried out.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Order">Who comes first.</param>
/// <param name="Pass">What is done at an event.</param>
/// <param name="Durations">Whether it works only when it is told the run times.</param>
internal sealed record JobPolicy(string Name, IJobOrder Order, IPass Pass, Durations Durations)
{
    // A curve is taken up anew when it has grown by so much, and by at least so many facts.
    private const int LeastFacts = 8;
    private const double Growth = 0.0005;

    private readonly ServiceCurve? curve = (Order as DatahallOrder)?.Curve;
    private long facts;
    private long factsTakenUp;

    /// <summary>What waiting jobs are sorted apart by, besides their GPUs.</summary>
    public Lines Lines { get; init; }

    /// <summary>Tells an order that learns how far a job has run.</summary>
    public void Learn(JobRun run)
    {
        if (curve is not null && run.LearntSeconds < run.AttainedSeconds)
        {
            curve.Ran(run.Job.Gpus, run.LearntSeconds, run.AttainedSeconds);
            run.LearntSeconds = run.AttainedSeconds;
            facts++;
        }
    }

    /// <summary>Tells it that a job has ended.</summary>
    public void LearnEnd(JobRun run) => curve?.Ended(run.Job.Gpus, run.AttainedSeconds);

    /// <summary>Lets it take up what it was told, when that is worth sorting everybody anew.</summary>
    public void TakeUp(Hall hall)
    {
        if (curve is null || hall.Durations is Durations.Known || facts - factsTakenUp < LeastFacts + (Growth * facts))
        {
            return;
        }

        hall.Refresh();
        foreach (var run in hall.Running)
        {
            Learn(run);
        }

        factsTakenUp = facts;
        curve.Refresh();
        hall.Reorder();
    }
}

/// <summary>What waiting jobs are sorted apart by, besides their GPUs.</summary>
internal enum Lines
{
    /// <summary>Nothing.</summary>
    Common,

    /// <summary>Their queue.</summary>
    ByQueue,
}

/// <summary>What a policy does at an event: starts jobs that wait, and may stop or move some that run.</summary>
internal interface IPass
{
    /// <summary>When jobs that run are disturbed.</summary>
    Placing Placing { get; }

    void Run(Hall hall);
}

/// <summary>When jobs that run are disturbed by a pass.</summary>
internal enum Placing
{
    /// <summary>At every event: all are placed anew.</summary>
    AtEveryEvent,

    /// <summary>Only when somebody starts, stops or moves; the pass says when.</summary>
    WhenNeeded,
}
