using Datahall.Model;

namespace Datahall.Cli.Progress;

/// <summary>How far work is followed.</summary>
internal enum ProgressGoal
{
    /// <summary>Jobs run with all their tasks, or have ended; services are healthy.</summary>
    Started,

    /// <summary>Jobs have ended; services are healthy.</summary>
    Finished,
}

/// <summary>How one resource stands on the way to a goal.</summary>
/// <param name="Phase">The phase's word.</param>
/// <param name="Done">Tasks that are where they should be.</param>
/// <param name="Wanted">Tasks that should be.</param>
/// <param name="Message">Why, when there is something to say.</param>
/// <param name="State">Whether there is more to wait for.</param>
internal sealed record WorkState(string Phase, int Done, int Wanted, string Message, WorkOutcome State)
{
    /// <summary>What a resource's status means for a goal; null for a kind that does no work.</summary>
    public static WorkState? Of(Resource resource, ProgressGoal goal) => resource switch
    {
        Job job => Of(job, goal),
        Service service => Of(service),
        _ => null,
    };

    private static WorkState Of(Job job, ProgressGoal goal)
    {
        var phase = job.Status?.Phase ?? JobPhase.Pending;
        var tasks = job.Status?.Tasks ?? default;
        var wanted = job.Spec.Roles.Sum(static role => role.Replicas.Min);
        var outcome = phase switch
        {
            JobPhase.Succeeded => WorkOutcome.Reached,
            JobPhase.Failed or JobPhase.Cancelled => WorkOutcome.Failed,
            JobPhase.Running when goal is ProgressGoal.Started && tasks.Ready + tasks.Succeeded >= wanted => WorkOutcome.Reached,
            _ => WorkOutcome.UnderWay,
        };
        return new(Output.Phase.Word(phase), Math.Min(tasks.Ready + tasks.Succeeded, wanted), wanted, job.Status?.Message ?? "", outcome);
    }

    private static WorkState Of(Service service)
    {
        var phase = service.Status?.Phase ?? ServicePhase.Starting;
        var current = service.Status?.ObservedGeneration >= service.Generation;
        var outcome = phase is ServicePhase.Healthy && current ? WorkOutcome.Reached : WorkOutcome.UnderWay;
        return new(Output.Phase.Word(phase), service.Status?.Tasks.Ready ?? 0, service.Spec.Replicas, service.Status?.Message ?? "", outcome);
    }
}

/// <summary>Whether there is more to wait for.</summary>
internal enum WorkOutcome
{
    /// <summary>There is.</summary>
    UnderWay,

    /// <summary>The goal is reached.</summary>
    Reached,

    /// <summary>It will not be reached.</summary>
    Failed,
}
