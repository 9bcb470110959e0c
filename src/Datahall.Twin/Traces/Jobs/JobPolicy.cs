using Datahall.Scheduling.Ordering;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>A policy: an order, and how it is carried out.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Order">Who comes first.</param>
/// <param name="Pass">What is done at an event.</param>
/// <param name="Lines">What waiting jobs are sorted apart by.</param>
/// <param name="Durations">Whether it works only when it is told the run times.</param>
internal sealed record JobPolicy(string Name, IJobOrder Order, IPass Pass, Lines Lines, Durations Durations)
{
    /// <summary>Tells an order that learns that a job ended, or came to the end of a level; its service is still that before.</summary>
    public void Learnt(JobRun run)
    {
        if (Order is DatahallOrder { Curve: var curve })
        {
            curve.Add(run.Job.Gpus, ServiceLevels.Of(run.AttainedSeconds), run.State is JobState.Ended ? ServiceEnd.OfJob : ServiceEnd.OfLevel);
        }
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
    void Run(Hall hall);
}
