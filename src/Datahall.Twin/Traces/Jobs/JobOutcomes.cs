namespace Datahall.Twin.Traces.Jobs;

/// <summary>What became of the jobs of a trace.</summary>
public sealed class JobOutcomes
{
    internal JobOutcomes(IReadOnlyList<JobRun> runs, int capacity, LoadCurve load, long events)
    {
        Jobs =
        [
            .. runs.Select(static r => new JobOutcome(
                r.Job, r.FirstStartSeconds, r.FinishedSeconds, r.AttainedSeconds, r.LostSeconds, r.Preemptions, r.Moves)),
        ];
        (CapacityGpus, Load, Events) = (capacity, load, events);
    }

    /// <summary>Every job, in the trace's order.</summary>
    public IReadOnlyList<JobOutcome> Jobs { get; }

    /// <summary>GPUs of the pool.</summary>
    public int CapacityGpus { get; }

    /// <summary>Use and queue over time.</summary>
    public LoadCurve Load { get; }

    /// <summary>How many moments something happened at.</summary>
    public long Events { get; }
}

/// <summary>What became of one job.</summary>
/// <param name="Job">The job.</param>
/// <param name="FirstStartSeconds">When it first ran.</param>
/// <param name="FinishedSeconds">When it ended.</param>
/// <param name="HeldSeconds">How long it held its GPUs.</param>
/// <param name="LostSeconds">How long it held them without progress; a first start-up is not counted.</param>
/// <param name="Preemptions">How often it was stopped before its end.</param>
/// <param name="Moves">How often it was moved to other nodes and paid for it.</param>
public sealed record JobOutcome(
    TraceJob Job, double FirstStartSeconds, double FinishedSeconds, double HeldSeconds, double LostSeconds, int Preemptions, int Moves)
{
    /// <summary>From submission to end, in seconds.</summary>
    public double CompletionSeconds => FinishedSeconds - Job.SubmittedSeconds;

    /// <summary>
    /// What it took longer than its own run time, in seconds, 0 or more: waiting before the first start and between attempts, and start-ups.
    /// </summary>
    public double QueueSeconds => Math.Max(0, CompletionSeconds - Job.Seconds);
}
