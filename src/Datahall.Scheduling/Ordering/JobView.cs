namespace Datahall.Scheduling.Ordering;

/// <summary>What an order looks at in one job, at one moment.</summary>
/// <param name="SubmittedSeconds">When it was submitted, in seconds from any fixed moment.</param>
/// <param name="Gpus">How many accelerators it asks, 1 or more; for work without accelerators a stand-in of the same meaning.</param>
/// <param name="AttainedSeconds">How long it has run, in seconds, over all its attempts.</param>
/// <param name="RemainingSeconds">How long it still has to run, in seconds; null when nobody knows.</param>
/// <param name="TotalSeconds">How long it runs in all, in seconds, declared or predicted; null when nobody knows.</param>
/// <param name="QueueShare">What its queue holds now, as a share of what the queue may claim; 0 for an idle queue.</param>
/// <param name="PoolShare">What it asks for, as a share of all accelerators there are; 0 when nobody says.</param>
public readonly record struct JobView(
    double SubmittedSeconds,
    int Gpus,
    double AttainedSeconds,
    double? RemainingSeconds,
    double? TotalSeconds,
    double QueueShare,
    double PoolShare = 0)
{
    /// <summary>The service it has had, in GPU-seconds.</summary>
    public double AttainedGpuSeconds => AttainedSeconds * Gpus;
}
