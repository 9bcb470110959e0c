using Datahall.Cli.Client;
using Datahall.Model;

namespace Datahall.Cli.Logs;

/// <summary>Copies one task's log, over restarts of the task when it is followed.</summary>
internal sealed class TaskLog(Session session, string task, LogOptions options)
{
    private static readonly TimeSpan RestartPoll = TimeSpan.FromMilliseconds(500);

    /// <summary>Copies, and remarks when this task's log cannot be read, so that those of the others go on.</summary>
    public async Task<bool> TryCopyAsync(LogOutput output, CancellationToken cancellationToken)
    {
        try
        {
            await CopyAsync(output, cancellationToken);
            return true;
        }
        catch (CommandFailure e)
        {
            output.Remark(e, task);
            return false;
        }
    }

    public async Task CopyAsync(LogOutput output, CancellationToken cancellationToken)
    {
        var tail = options.Tail;
        while (true)
        {
            var attempt = options.Follow ? await StartedAttemptAsync(0, cancellationToken) : 0;
            await CopyAttemptAsync(output, tail, cancellationToken);
            if (!options.Follow || await StartedAttemptAsync(attempt, cancellationToken) == 0)
            {
                return;
            }

            tail = -1; // The next attempt's log is new from its first line.
        }
    }

    private Task CopyAttemptAsync(LogOutput output, int tail, CancellationToken cancellationToken) => LogCopy.RunAsync(
        session, $"/api/v1/tasks/{Uri.EscapeDataString(task)}/logs?stream={options.Stream}&tail={tail}&follow={(options.Follow ? "true" : "false")}", task, output, cancellationToken);

    /// <summary>Waits for an attempt other than the one shown; 0 when the task has ended or is gone.</summary>
    private async Task<long> StartedAttemptAsync(long shown, CancellationToken cancellationToken)
    {
        while (true)
        {
            TaskResource now;
            try
            {
                now = (TaskResource)(await session.Api.GetAsync(new ResourceKey(ResourceKinds.Task, task), cancellationToken)).Value;
            }
            catch (NotFoundFailure) when (shown != 0)
            {
                return 0;
            }

            var ended = now.Status.Phase is TaskPhase.Succeeded or TaskPhase.Failed or TaskPhase.Lost;
            if (now.Status.Fence != shown && (ended || now.Status.Phase is TaskPhase.Running or TaskPhase.Stopping))
            {
                return now.Status.Fence;
            }

            if (ended)
            {
                return 0;
            }

            await Task.Delay(RestartPoll, session.Time, cancellationToken);
        }
    }
}
