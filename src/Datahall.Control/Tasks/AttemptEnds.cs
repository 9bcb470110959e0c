using Datahall.Control.Agents;
using Datahall.Control.Core;
using Datahall.Control.Jobs;
using Datahall.Model;

namespace Datahall.Control.Tasks;

/// <summary>Decides what becomes of a task whose attempt ended by itself or went away with its node.</summary>
internal sealed class AttemptEnds(CoreState state, TaskLifecycle tasks, JobRestarts restarts)
{
    /// <summary>The agent says that the attempt ended.</summary>
    public void Ended(TaskResource task, AttemptReport report)
    {
        if (task.Status.Phase is TaskPhase.Stopping)
        {
            tasks.Stopped(task, report);
        }
        else if (report.Reason is AgentMachine.Vanished)
        {
            Lost(task, $"attempt {task.Status.Attempt} vanished from node {task.Status.Placement!.Node}: {report.Message ?? "the node restarted"}");
        }
        else if (task.Spec.Service is not null)
        {
            RestartReplica(task, report);
        }
        else if (report is { ExitCode: 0, Reason: null })
        {
            tasks.End(task, TaskPhase.Succeeded, null, null, report);
        }
        else
        {
            restarts.Failed(task, report.Reason ?? "Failed", Describe(report), report);
        }
    }

    /// <summary>The attempt is gone, through no fault of the task's: it waits for a new place at once.</summary>
    public void Lost(TaskResource task, string message)
    {
        if (task.Status.Phase is TaskPhase.Stopping)
        {
            tasks.Stopped(task);
            return;
        }

        if (task.Spec.Job is { } job && state.Job(job)?.Spec.Restart.Policy is RestartPolicy.Never)
        {
            tasks.End(task, TaskPhase.Lost, "Lost", message);
            return;
        }

        state.Warn(task.Key, "Lost", message);
        tasks.Requeue(task, new("Lost", message, task.Status.Failures));
        if (task.Spec is { Gang: not null, Extra: false })
        {
            state.Agenda.BrokenGangs.Add(task.GangId());
        }
    }

    private void RestartReplica(TaskResource task, AttemptReport report)
    {
        var spec = state.Service(task.Spec.Service!)?.Spec;
        if (spec is null)
        {
            tasks.Stop(task, StopThen.Remove, "Deleted", "its service is gone");
            return;
        }

        // A replica that ran well for longer than the longest wait starts counting anew.
        var ranWell = task.Status.Started is { } started && state.Now - started > spec.MaxBackoff.TimeSpan;
        var failures = ranWell ? 1 : task.Status.Failures + 1;
        var wait = Backoff.After(failures, spec.Backoff, spec.MaxBackoff);
        var message = $"{Describe(report)}; it starts again in {Duration.FromSeconds(wait.TotalSeconds)}";
        state.Warn(task.Key, report.Reason ?? "Failed", message);
        tasks.Requeue(task, new("BackOff", message, failures, state.Now + wait), report);
    }

    private static string Describe(AttemptReport report)
    {
        var how = report switch
        {
            { ExitCode: { } code } => $"it ended with exit code {code}",
            { Signal: { } signal } => $"it was ended by signal {signal}",
            _ => "it ended",
        };
        return report.Message is { } message ? $"{how}: {message}" : how;
    }
}
