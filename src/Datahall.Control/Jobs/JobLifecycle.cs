using Datahall.Control.Core;
using Datahall.Control.Shifting;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Jobs;

/// <summary>Makes a job's tasks, and follows them to the job's end.</summary>
internal sealed class JobLifecycle(CoreState state, TaskLifecycle tasks, FlexibleStarts flexible)
{
    /// <summary>Brings a job that changed, or whose tasks changed, one step further.</summary>
    public void Reconcile(string name)
    {
        var job = state.Job(name);
        if (job is null)
        {
            return;
        }

        if (job.Status is null)
        {
            job = Start(job);
        }

        if (job.Status!.Finished is null && job.Status.Stopping is null)
        {
            Follow(job);
        }

        job = state.Job(name)!;
        if (job.Status is { Finished: null, Stopping: null })
        {
            flexible.Follow(job);
            job = state.Job(name)!;
        }

        if (job.Status!.Stopping is { } end && !state.Indexes.TasksOf(job.Key).Any(t => t.HoldsPlace() || t.Status.Phase is TaskPhase.Pending))
        {
            Finish(job, end);
        }
        else
        {
            Recount(job);
        }
    }

    /// <summary>Stops a job.</summary>
    public void Stop(Job job, JobEnd end, string reason, string message)
    {
        if (job.Status?.Stopping is JobEnd.Delete)
        {
            return;
        }

        var status = (job.Status ?? new()) with { Phase = JobPhase.Stopping, Stopping = end, Reason = reason, Message = message };
        state.Put(job with { Status = status });
        if (state.Indexes.TasksOf(job.Key).Counts is { Running: > 0 })
        {
            state.Emit(job.Key, "Stopping", message, end is JobEnd.Fail ? Store.EventSeverity.Warning : Store.EventSeverity.Normal);
        }

        var then = end switch
        {
            JobEnd.Delete => StopThen.Remove,
            JobEnd.Succeed => StopThen.Succeed,
            _ => StopThen.Fail,
        };
        foreach (var task in state.Indexes.TasksOf(job.Key).ToList())
        {
            tasks.Stop(task, then, reason, message);
        }
    }

    /// <summary>A job is due: its deadline passed, its cheap hours are over, or it has been kept for long enough.</summary>
    public void Due(Job job)
    {
        if (job.Status?.Finished is not null)
        {
            Remove(job, "it was kept for as long as its spec.keep says");
        }
        else if (job.Status?.PauseAt <= state.Now && !(job.Created + job.Spec.Deadline?.TimeSpan <= state.Now))
        {
            flexible.Continue(job);
        }
        else
        {
            Stop(job, JobEnd.Fail, "DeadlineExceeded", $"the job did not end within its deadline of {job.Spec.Deadline}");
        }
    }

    private Job Start(Job job)
    {
        var rank = 0;
        var templates = job.Spec.Roles.Select(role => (Role: role, Template: role.ToTemplate())).ToList();
        foreach (var (role, template) in templates)
        {
            for (var index = 0; index < role.Replicas.Min; index++)
            {
                MakeTask(job, role, template, index, rank++);
            }
        }

        // Ranks of what comes and goes follow after those that stay.
        var extras = rank;
        foreach (var (role, template) in templates)
        {
            for (var index = role.Replicas.Min; index < role.Replicas.Max; index++)
            {
                MakeTask(job, role, template, index, extras++);
            }
        }

        job = job with { Status = new() };
        state.Put(job);
        state.Emit(job.Key, "Submitted", $"{rank} {(rank == 1 ? "task waits" : "tasks wait")} for a place in queue {job.Spec.Queue}");
        return state.Job(job.Name)!;
    }

    private void MakeTask(Job job, RoleSpec role, TaskTemplate template, int index, int rank)
    {
        var extra = index >= role.Replicas.Min;
        state.Put(new TaskResource
        {
            Name = $"{job.Name}.{role.Name}.{index}",
            Labels = job.Labels,
            Spec = new()
            {
                Job = job.Name,
                Role = role.Name,
                Index = index,
                Rank = rank,
                Gang = job.Spec.Gang switch { GangMode.All => "all", GangMode.Role => role.Name, _ => null },
                Extra = extra,
                Profile = job.Spec.Profile,
                Queue = job.Spec.Queue,
                Priority = job.Spec.Priority,
                Template = template,
            },
            Status = new() { Phase = TaskPhase.Pending, Reason = "New", Message = extra ? "its elastic role grows when there is room to spare" : "it waits for a place", Since = state.Now },
        });
    }

    private void Follow(Job job)
    {
        var owned = state.Indexes.TasksOf(job.Key);
        var elastic = job.Spec.Roles.Any(r => r.Replicas.IsElastic);
        if (elastic)
        {
            FollowExtras(owned);
        }

        if (owned.Counts.Failed > 0)
        {
            var failed = owned.First(t => t.Status.Phase is TaskPhase.Failed or TaskPhase.Lost);
            Stop(job, JobEnd.Fail, failed.Status.Reason ?? "Failed", $"task {failed.Name} failed: {failed.Status.Message}");
        }
        else if (owned.NotSucceeded == 0 || (elastic && owned.All(t => t.Spec.Extra || t.Status.Phase is TaskPhase.Succeeded)))
        {
            Stop(job, JobEnd.Succeed, "Succeeded", "every task succeeded");
        }
        else if (job.Spec.Roles.Any(r => r.Daemon))
        {
            var daemons = job.Spec.Roles.Where(r => r.Daemon).Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
            if (owned.All(t => t.Spec.Extra || t.Status.Phase is TaskPhase.Succeeded || daemons.Contains(t.Spec.Role!)))
            {
                Stop(job, JobEnd.Succeed, "Succeeded", "every task that ends by itself succeeded");
            }
        }
    }

    // An extra task lives in the world of its gang: it stops when the gang does, and starts again when the gang did. Every change is told to all.
    private void FollowExtras(OwnedTasks owned)
    {
        foreach (var extra in owned.Where(t => t.Spec.Extra && t.IsActive()).ToList())
        {
            if (extra.BaseGangId() is { } id && state.Indexes.Gangs.Find(id) is { } gang
                && gang.Members.Any(m => !m.HasEnded() && (!m.IsActive() || m.Status.Fence > extra.Status.Fence)))
            {
                tasks.Stop(extra, StopThen.Requeue, "GangRestarted", "the gang that it works with stopped or started again");
            }
        }

        state.Agenda.Nodes.UnionWith(owned.Where(t => t.HoldsPlace()).Select(t => t.Status.Placement!.Node));
    }

    private void Finish(Job job, JobEnd end)
    {
        if (end is JobEnd.Delete)
        {
            Remove(job, "it was deleted");
            return;
        }

        var phase = end switch
        {
            JobEnd.Succeed => JobPhase.Succeeded,
            JobEnd.Cancel => JobPhase.Cancelled,
            _ => JobPhase.Failed,
        };
        state.Put(job with
        {
            Status = job.Status! with
            {
                Phase = phase,
                Stopping = null,
                Finished = state.Now,
                Tasks = state.Indexes.TasksOf(job.Key).Counts,
            },
        });
        state.Emit(
            job.Key,
            phase.ToString(),
            job.Status!.Message ?? "the job ended",
            phase is JobPhase.Failed ? Store.EventSeverity.Warning : Store.EventSeverity.Normal);
    }

    private void Remove(Job job, string why)
    {
        foreach (var task in state.Indexes.TasksOf(job.Key).ToList())
        {
            state.Remove(task.Key);
        }

        state.Remove(job.Key);
        state.Emit(job.Key, "Deleted", why);
    }

    private void Recount(Job job)
    {
        var counts = state.Indexes.TasksOf(job.Key).Counts;
        var status = job.Status! with { Tasks = counts, Checkpointed = LastCheckpoint(job) };
        if (status.Stopping is null && status.Finished is null)
        {
            var started = counts.Running + counts.Succeeded > 0 || status.Started is not null;
            status = status with
            {
                Phase = started ? JobPhase.Running : JobPhase.Pending,
                Started = started ? status.Started ?? state.Now : null,
                Message = counts.Pending > 0 && (!started || status.NotBefore > state.Now) ? FirstReason(job) : null,
            };
        }

        if (status != job.Status)
        {
            state.Put(job with { Status = status });
        }
    }

    private DateTimeOffset? LastCheckpoint(Job job)
    {
        var last = job.Status!.Checkpointed;
        if (job.Spec.Checkpoint is not null)
        {
            foreach (var task in state.Indexes.TasksOf(job.Key))
            {
                last = task.Status.Checkpointed > (last ?? DateTimeOffset.MinValue) ? task.Status.Checkpointed : last;
            }
        }

        return last;
    }

    private string? FirstReason(Job job) =>
        state.Indexes.TasksOf(job.Key).FirstOrDefault(t => t.Status.Phase is TaskPhase.Pending)?.Status.Message;
}
