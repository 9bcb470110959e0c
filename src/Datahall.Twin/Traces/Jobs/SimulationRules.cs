namespace Datahall.Twin.Traces.Jobs;

/// <summary>What a simulation assumes.</summary>
/// <param name="Durations">Whether the policy is told how long jobs run; those that cannot do without are told anyway.</param>
/// <param name="Cost">What a start costs.</param>
/// <param name="RestartSeconds">Start-up of each job, in seconds, for <see cref="StartCost.Restart"/>; null takes each job's own.</param>
public sealed record SimulationRules(Durations Durations, StartCost Cost, double? RestartSeconds = null)
{
    internal double StartSeconds(TraceJob job) => Cost is StartCost.Restart ? RestartSeconds ?? job.StartSeconds : 0;
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

    /// <summary>The job's start-up time, each time it starts or moves.</summary>
    Restart,

    /// <summary>As the Muri artefact has it: the start-up time of every running job, at every event.</summary>
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
