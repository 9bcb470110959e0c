using Datahall.Control.Agents;
using Datahall.Control.Core;
using Datahall.Control.Traffic;
using Datahall.Model;

namespace Datahall.Control.Tasks;

/// <summary>Moves one task from phase to phase. What that means for its job or service is decided there.</summary>
internal sealed class TaskLifecycle(CoreState state, TrafficBook traffic)
{
    /// <summary>The reason of a task that is being moved: it comes back, so nothing has to take its place.</summary>
    public const string Moved = "Moved";

    /// <summary>Gives a pending task a place, or starts a placed one afresh where it is.</summary>
    public void Place(TaskResource task, Placement placement)
    {
        var status = task.Status;
        state.Put(task with
        {
            Status = new()
            {
                Phase = TaskPhase.Placed,
                Attempt = status.Attempt + 1,
                Fence = state.NextRevision,
                Placement = placement,
                Failures = status.Failures,
                ExitCode = status.ExitCode,
                Signal = status.Signal,
                LastFailure = status.LastFailure,
                Ran = Ran(status),
                Since = state.Now,
            },
        });
        var devices = placement.Devices.Count == 0 ? "" : $", GPU {string.Join(", ", placement.Devices)}";
        state.Emit(task.Key, "Placed", $"attempt {status.Attempt + 1} on node {placement.Node}{devices}");
    }

    /// <summary>Takes up that the attempt is being started, or that it runs, with its health.</summary>
    public void Alive(TaskResource task, AttemptReport report)
    {
        var phase = report.State is AttemptState.Running ? TaskPhase.Running : TaskPhase.Starting;
        if (!task.IsActive() || phase < task.Status.Phase)
        {
            return; // An attempt that is being stopped stays so, and none goes back from running to starting.
        }

        var status = task.Status with
        {
            Phase = phase,
            Ready = phase is TaskPhase.Running && report.Ready,
            Pid = report.Pid,
            Checkpointed = Earlier(report.Checkpointed, state.Now) ?? task.Status.Checkpointed,
            Started = task.Status.Started ?? (phase is TaskPhase.Running ? state.Now : null),
            Since = phase == task.Status.Phase ? task.Status.Since : state.Now,
        };
        if (status != task.Status)
        {
            state.Put(task with { Status = status });
            TellAlive(task, status);
        }
    }

    private void TellAlive(TaskResource task, Model.TaskStatus status)
    {
        if (status.Phase is TaskPhase.Running && task.Status.Phase is not TaskPhase.Running)
        {
            state.Emit(task.Key, "Running", $"attempt {status.Attempt} runs on node {status.Placement!.Node} as process {status.Pid}");
        }

        if (status.Ready != task.Status.Ready && task.Spec.Health is not null)
        {
            state.Emit(task.Key, status.Ready ? "Healthy" : "Unhealthy", status.Ready ? "the health check passes" : "the health check fails");
        }
    }

    // A task that starts afresh where it is has no end between its attempts.
    private Duration Ran(Model.TaskStatus status) =>
        status is { Started: { } started, Finished: null } ? new(status.Ran.Milliseconds + (long)(state.Now - started).TotalMilliseconds) : status.Ran;

    // An agent's clock may be ahead.
    private static DateTimeOffset? Earlier(DateTimeOffset? time, DateTimeOffset now) => time > now ? now : time;

    /// <summary>Ends a task for good.</summary>
    public void End(TaskResource task, TaskPhase phase, string? reason, string? message, AttemptReport? report = null)
    {
        state.Put(task with
        {
            Status = task.Status with
            {
                Phase = phase,
                Reason = reason,
                Message = message,
                Ready = false,
                Pid = null,
                Then = null,
                PreemptedBy = null,
                NotBefore = null,
                Drain = null,
                ExitCode = report?.ExitCode,
                Signal = report?.Signal,
                Since = state.Now,
                Finished = state.Now,
            },
        });
        if (phase is TaskPhase.Succeeded)
        {
            state.Emit(task.Key, "Succeeded", $"attempt {task.Status.Attempt} ended with exit code 0");
        }
        else
        {
            state.Warn(task.Key, phase is TaskPhase.Lost ? "Lost" : "Failed", message ?? "it failed");
        }
    }

    /// <summary>Makes a task that holds nothing any more wait for a new place.</summary>
    public void Requeue(TaskResource task, Requeue requeue, AttemptReport? report = null) =>
        state.Put(task with
        {
            Status = new()
            {
                Phase = TaskPhase.Pending,
                Reason = requeue.Reason,
                Message = requeue.Message,
                Attempt = task.Status.Attempt,
                Fence = task.Status.Fence,
                Failures = requeue.Failures,
                NotBefore = requeue.NotBefore > state.Now ? requeue.NotBefore : null,
                ExitCode = report?.ExitCode ?? task.Status.ExitCode,
                Signal = report?.Signal ?? task.Status.Signal,
                LastFailure = task.Status.LastFailure,
                Ran = Ran(task.Status),
                Since = state.Now,
                Finished = task.Status.Attempt > 0 ? state.Now : null,
            },
        });

    /// <summary>Tells an attempt to stop; a task that holds no place stops at once.</summary>
    public void Stop(TaskResource task, StopThen then, string reason, string message, Requeue? requeue = null) =>
        Stop(task, then, reason, message, requeue, null);

    /// <summary>Tells an attempt to stop for another gang's sake.</summary>
    public void Preempt(TaskResource task, StopThen then, string preemptor, string message) =>
        Stop(task, then, "Preempted", message, null, preemptor);

    private void Stop(TaskResource task, StopThen then, string reason, string message, Requeue? requeue, string? preemptor)
    {
        if (task.HasEnded() && then is not StopThen.Remove)
        {
            return;
        }

        var stopping = task with
        {
            Status = task.Status with
            {
                Phase = TaskPhase.Stopping,
                Reason = reason,
                Message = message,
                Ready = false,
                Then = then,
                Failures = requeue?.Failures ?? task.Status.Failures,
                NotBefore = requeue?.NotBefore,
                PreemptedBy = preemptor ?? task.Status.PreemptedBy,
                Drain = task.Status.Phase is TaskPhase.Stopping ? task.Status.Drain : DrainOf(task),
                Since = task.Status.Phase is TaskPhase.Stopping ? task.Status.Since : state.Now,
            },
        };
        if (!task.HoldsPlace())
        {
            Stopped(stopping);
            return;
        }

        state.Put(stopping);
        if (task.IsActive())
        {
            state.Emit(task.Key, "Stopping", message);
        }
    }

    // Only what takes requests has some to finish, and only gateways send any.
    private TaskDrain? DrainOf(TaskResource task) =>
        task.IsReady() && traffic.HasGateways && task.Spec.Service is { } name && state.Service(name)?.Spec.Route is { Timeouts.Drain: { Milliseconds: > 0 } most }
            ? new() { Until = state.Now + most.TimeSpan, Revision = state.NextRevision }
            : null;

    /// <summary>Takes up that a stopping attempt has stopped, or is gone with its node.</summary>
    public void Stopped(TaskResource task, AttemptReport? report = null)
    {
        switch (task.Status.Then)
        {
            case StopThen.Requeue:
                Requeue(task, new(task.Status.Reason ?? "Stopped", task.Status.Message ?? "it was stopped", task.Status.Failures, task.Status.NotBefore), report);
                break;
            case StopThen.Fail:
                End(task, TaskPhase.Failed, task.Status.Reason, task.Status.Message, report);
                break;
            case StopThen.Succeed:
                End(task, TaskPhase.Succeeded, task.Status.Reason, task.Status.Message, report);
                break;
            default:
                state.Remove(task.Key);
                break;
        }
    }
}

/// <summary>Why and when a task waits for a new place.</summary>
/// <param name="Reason">Why, in a word.</param>
/// <param name="Message">Why, in a sentence.</param>
/// <param name="Failures">Failed attempts in a row so far.</param>
/// <param name="NotBefore">It is not placed before this time; null: at once.</param>
internal sealed record Requeue(string Reason, string Message, int Failures, DateTimeOffset? NotBefore = null);
