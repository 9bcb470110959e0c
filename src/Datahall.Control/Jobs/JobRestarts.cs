using Datahall.Control.Agents;
using Datahall.Control.Core;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Jobs;

/// <summary>Restarts a job's gang when one of its tasks fails, as often as the job allows.</summary>
internal sealed class JobRestarts(CoreState state, TaskLifecycle tasks)
{
    /// <summary>An attempt of a job's task failed.</summary>
    public void Failed(TaskResource task, string reason, string message, AttemptReport report)
    {
        var job = state.Job(task.Spec.Job!);
        var restart = job?.Spec.Restart ?? new() { Policy = RestartPolicy.Never };
        var failures = task.Status.Failures + 1;
        if (task.Spec.Extra && job is not null)
        {
            RestartExtra(task, restart, reason, message, report);
            return;
        }

        if (job is null || restart.Policy is RestartPolicy.Never || failures > restart.Limit)
        {
            var last = restart.Policy is RestartPolicy.Never ? "" : $" (after {task.Status.Failures} restarts)";
            tasks.End(task, TaskPhase.Failed, reason, message + last, report);
            return;
        }

        var wait = Backoff.After(failures, restart.Backoff, restart.MaxBackoff);
        var text = $"{message}; restart {failures} of {restart.Limit} in {Duration.FromSeconds(wait.TotalSeconds)}";
        state.Warn(task.Key, reason, text);
        state.Put(job with { Status = (job.Status ?? new()) with { Restarts = (job.Status?.Restarts ?? 0) + 1 } });
        tasks.Requeue(task, new("BackOff", text, failures, state.Now + wait), report);
        StopGang(task, new("BackOff", $"its gang restarts because {task.Name} failed: {text}", failures, state.Now + wait));
    }

    // The job goes on without it, so it may try as often as it likes.
    private void RestartExtra(TaskResource task, RestartSpec restart, string reason, string message, AttemptReport report)
    {
        var failures = task.Status.Failures + 1;
        var wait = Backoff.After(failures, restart.Backoff, restart.MaxBackoff);
        var text = $"{message}; its job goes on without it, and it tries again in {Duration.FromSeconds(wait.TotalSeconds)}";
        state.Warn(task.Key, reason, text);
        tasks.Requeue(task, new("BackOff", text, failures, state.Now + wait), report);
    }

    /// <summary>Stops the other members of a task's gang so that the gang starts again as one.</summary>
    public void StopGang(TaskResource task, Requeue requeue)
    {
        if (task.Spec.Gang is null || task.Spec.Extra || state.Indexes.Gangs.Find(task.GangId()) is not { } gang)
        {
            return;
        }

        foreach (var member in gang.Members.Where(m => m.Name != task.Name).ToList())
        {
            if (member.Status.Phase is TaskPhase.Stopping && member.Status.Then is not StopThen.Requeue)
            {
                continue; // It is being stopped for good.
            }

            if (member.HoldsPlace())
            {
                tasks.Stop(member, StopThen.Requeue, requeue.Reason, requeue.Message, requeue);
            }
            else if (member.Status.Phase is not (TaskPhase.Failed or TaskPhase.Lost))
            {
                tasks.Requeue(member, requeue); // Also one that had succeeded: a gang has one world.
            }
        }
    }
}
