using System.Threading.Channels;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Server.Loop;
using Datahall.Server.Resources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Diagnosis;

/// <summary>Reads the end of a failed attempt's log and has the core keep with the task why it failed.</summary>
/// <remarks>Failures that come faster than logs can be read wait in a bounded queue; when it is full the newest are left out, and can still be asked for.</remarks>
internal sealed partial class FailureDiagnoser(
    ResourceCache cache, LogTail logs, ControlLoop loop, TimeProvider time, ILogger<FailureDiagnoser> logger) : BackgroundService
{
    private const int Readers = 4;
    private const int Tries = 5;
    private static readonly TimeSpan betweenTries = TimeSpan.FromSeconds(2);

    private readonly FailedAttempts attempts = new();
    private readonly Channel<FailedAttempt> failed = Channel.CreateBounded<FailedAttempt>(new BoundedChannelOptions(4_096) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => ReadAllAsync(stoppingToken)).Append(WatchAsync(stoppingToken)));

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var revision = -1L;
        while (!cancellationToken.IsCancellationRequested)
        {
            var next = cache.Log.NextChange();
            var batches = revision < 0 ? null : cache.Log.After(revision);
            if (batches is null)
            {
                revision = Reload();
            }

            foreach (var batch in batches ?? [])
            {
                revision = batch.Revision;
                foreach (var change in batch.Changes.Where(static change => change.Key.Kind is ResourceKinds.Task))
                {
                    Queue(attempts.Take(change.Key.Name, change.Resource as TaskResource));
                }
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    private long Reload()
    {
        var (revision, tasks) = cache.Snapshot(ResourceKinds.Task);
        foreach (var task in tasks.OfType<TaskResource>())
        {
            Queue(attempts.TakeFirst(task));
        }

        return revision;
    }

    private void Queue(FailedAttempt? attempt)
    {
        if (attempt is { } one)
        {
            failed.Writer.TryWrite(one);
        }
    }

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        await foreach (var attempt in failed.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await DiagnoseAsync(attempt, cancellationToken);
            }
            catch (StoreUnavailableException e) // The log is still there: who asks for the diagnosis gets it.
            {
                LogNotKept(attempt.Task, e.Message);
            }
        }
    }

    private async Task DiagnoseAsync(FailedAttempt attempt, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await logs.ReadAsync(attempt.Node, attempt.Task, attempt.Fence, cancellationToken) is { } lines)
            {
                await loop.SubmitAsync(new NoteFailure(attempt.Task, FailureReading.Of(lines, attempt.Node, attempt.Attempt, attempt.Fence)), cancellationToken);
                return;
            }

            await Task.Delay(betweenTries, time, cancellationToken);
        }

        LogNotRead(attempt.Task, attempt.Node);
    }

    [LoggerMessage(3101, LogLevel.Warning, "The log of the failed task {Task} could not be read from node {Node}; ask for its diagnosis once the node is back")]
    private partial void LogNotRead(string task, string node);

    [LoggerMessage(3102, LogLevel.Warning, "Why the task {Task} failed was not kept: {Why}")]
    private partial void LogNotKept(string task, string why);
}
