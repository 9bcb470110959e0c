namespace Datahall.Twin.Traces.Jobs;

/// <summary>What a simulation assumes.</summary>
/// <param name="Durations">Whether the policy is told how long jobs run; one that cannot do without is told anyway.</param>
/// <param name="Cost">What a start costs.</param>
/// <param name="RestartSeconds">
/// For <see cref="StartCost.Restart"/>: what starting again costs, in seconds, where a job's first start is part of its run time; null where each
/// start costs the job's own start-up time, the first one too.
/// </param>
public sealed record SimulationRules(Durations Durations, StartCost Cost, double? RestartSeconds = null)
{
    internal double StartSeconds(JobRun run) => (Cost, RestartSeconds) switch
    {
        (StartCost.Restart, null) => run.Job.StartSeconds,
        (StartCost.Restart, { } seconds) => double.IsNaN(run.FirstStartSeconds) ? 0 : seconds,
        _ => 0,
    };
}

/// <summary>Whether a policy is told how long jobs run.</summary>
public enum Durations
{
    /// <summary>It must do without, or learn.</summary>
    Unknown,

    /// <summary>It is told the exact run time.</summary>
    Known,
}

/// <summary>What starting a job costs.</summary>
public enum StartCost
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A start-up, each time a job starts or moves.</summary>
    Restart,

    /// <summary>As the Muri artefact has it: the start-up time of every running job, at every event at which jobs are placed.</summary>
    Artefact,
}

/// <summary>Whether a job that is moved to other nodes pays for it.</summary>
internal enum MoveCost
{
    /// <summary>It does not: the disciplines of the literature place everything anew at every event.</summary>
    Free,

    /// <summary>It starts again, from where it was.</summary>
    AsStart,
}
