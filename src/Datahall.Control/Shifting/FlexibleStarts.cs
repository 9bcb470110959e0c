using Datahall.Control.Core;
using Datahall.Control.Jobs;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Shifting;

/// <summary>Holds flexible jobs back until their energy is cheap, and stops those that may be interrupted while it is dear.</summary>
/// <remarks>
/// A hold is decided once, when the job comes in; a change of its spec or of a site decides anew. When it has ended the job waits for room like any other, so that a
/// full hall does not put it off again and again. It never lasts beyond the job's slack, or to where its deadline would be missed.
/// </remarks>
internal sealed class FlexibleStarts(CoreState state, EnergyHours hours, TaskLifecycle tasks, JobRestarts restarts)
{
    /// <summary>The reason of a task that is held back.</summary>
    public const string Held = "Flexible";

    /// <summary>Decides about a job that is not decided about yet.</summary>
    public void Follow(Job job)
    {
        if (job.Spec.Flexible is { } flexible && job.Status is { NotBefore: null } && MayWait(job, flexible) && !state.Indexes.TasksOf(job.Key).All(static t => t.HasEnded()))
        {
            Decide(job, flexible);
        }
    }

    /// <summary>The run of an interruptible job is over: it goes on, or waits for the next cheap hours.</summary>
    public void Continue(Job job)
    {
        if (job.Spec.Flexible is { } flexible && MayWait(job, flexible))
        {
            Decide(job, flexible);
        }
        else
        {
            state.Put(job with { Status = job.Status! with { PauseAt = null } });
        }
    }

    /// <summary>What a decision was made from has changed: one that still waits, or is interrupted anyway, is decided anew.</summary>
    public void Reconsider(Job job)
    {
        if (job.Status is { Finished: null, Stopping: null } status && (status.NotBefore > state.Now || status.PauseAt is not null || (status.NotBefore is not null && status.Started is null)))
        {
            state.Put(job with { Status = status with { NotBefore = null, PauseAt = null } });
            if (job.Spec.Flexible is null)
            {
                Release(job);
            }
        }
    }

    /// <summary>A site has changed, or is gone.</summary>
    public void ReconsiderAll()
    {
        foreach (var job in state.All.OfType<Job>().Where(static j => j.Spec.Flexible is not null).OrderBy(static j => j.Name, StringComparer.Ordinal).ToList())
        {
            Reconsider(job);
        }
    }

    // What has once been started is only stopped again when it says that it may be.
    private static bool MayWait(Job job, FlexibleSpec flexible) => flexible.Interruptible || job.Status?.Started is null;

    private void Decide(Job job, FlexibleSpec flexible)
    {
        var plan = hours.Find(job, flexible);
        var news = plan.Reason is not null && job.Status!.NotBefore != plan.Start;
        state.Put(job with { Status = job.Status! with { NotBefore = plan.Start, PauseAt = plan.PauseAt } });
        if (plan.Reason is { } reason)
        {
            Hold(job, plan.Start, reason);
            if (news)
            {
                state.Emit(job.Key, Held, reason);
            }
        }
        else
        {
            Release(job);
        }
    }

    private void Hold(Job job, DateTimeOffset until, string reason)
    {
        foreach (var name in Concerned(job).Select(static t => t.Name).ToList())
        {
            var task = state.Task(name)!;
            var requeue = new Requeue(Held, reason, task.Status.Failures, until);
            if (task.Status.Phase is TaskPhase.Pending && !(task.Status.NotBefore > until))
            {
                state.Put(task with { Status = task.Status with { Reason = Held, Message = reason, NotBefore = until } });
            }
            else if (task.IsActive() || task.Status is { Phase: TaskPhase.Stopping, Then: StopThen.Requeue })
            {
                tasks.Stop(task, StopThen.Requeue, Held, reason, requeue);
                restarts.StopGang(task, requeue);
            }
        }
    }

    private void Release(Job job)
    {
        foreach (var task in Concerned(job).Where(static t => t.Status is { Phase: TaskPhase.Pending, Reason: Held, NotBefore: not null }).ToList())
        {
            state.Put(task with { Status = task.Status with { Reason = "New", Message = "it waits for a place", NotBefore = null } });
        }
    }

    // An extra task of a gang waits for its gang anyway.
    private IEnumerable<TaskResource> Concerned(Job job) => state.Indexes.TasksOf(job.Key).Where(static t => !(t.Spec.Extra && t.Spec.Gang is not null));
}
