using Datahall.Model;

namespace Datahall.Server.Diagnosis;

/// <summary>An attempt whose log tells why it failed.</summary>
/// <param name="Task">The task.</param>
/// <param name="Node">The node that has the log.</param>
/// <param name="Attempt">Which attempt, from 1.</param>
/// <param name="Fence">Its fence.</param>
/// <param name="Message">How it ended, as the node's agent saw it; null: it said nothing.</param>
internal readonly record struct FailedAttempt(string Task, string Node, int Attempt, long Fence, string? Message = null);

/// <summary>Sees from the changes of tasks which attempts failed. A task that waits again names no node any more, so where its attempt ran is remembered.</summary>
internal sealed class FailedAttempts
{
    private readonly Dictionary<string, (FailedAttempt Attempt, int Failures)> running = new(StringComparer.Ordinal);

    /// <summary>Takes a task as it is now; null when it is gone.</summary>
    /// <returns>The attempt that failed with this change; null when none did.</returns>
    public FailedAttempt? Take(string name, TaskResource? task)
    {
        if (task is null)
        {
            running.Remove(name);
            return null;
        }

        var status = task.Status;
        if (status.Phase is TaskPhase.Placed or TaskPhase.Starting or TaskPhase.Running or TaskPhase.Stopping && status.Placement is { } placement)
        {
            if (!running.TryGetValue(name, out var known) || known.Attempt.Fence != status.Fence)
            {
                running[name] = (new(name, placement.Node, status.Attempt, status.Fence), status.Failures);
            }

            return null;
        }

        running.Remove(name, out var before);
        return Failed(status, before);
    }

    /// <summary>A task seen for the first time: it may have failed while nobody looked.</summary>
    public FailedAttempt? TakeFirst(TaskResource task)
    {
        var status = task.Status;
        Take(task.Name, task);
        return status is { Phase: TaskPhase.Failed, Placement: { } placement } && status.Fence > (status.LastFailure?.Fence ?? 0)
            ? new(task.Name, placement.Node, status.Attempt, status.Fence, status.Message) : null;
    }

    private static FailedAttempt? Failed(Model.TaskStatus status, (FailedAttempt Attempt, int Failures) before)
    {
        var failed = status.Phase is TaskPhase.Failed || (status.Phase is TaskPhase.Pending && status.Failures > before.Failures);
        return failed && before.Attempt.Task is not null && before.Attempt.Fence > (status.LastFailure?.Fence ?? 0) ? before.Attempt with { Message = status.Message } : null;
    }
}
