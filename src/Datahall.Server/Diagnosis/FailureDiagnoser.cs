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
    private const int Readers = 3;
    private const int Tries = 5;
    private static readonly TimeSpan betweenTries = TimeSpan.FromSeconds(2);

    private readonly FailedAttempts attempts = new();
    private readonly Channel<FailedAttempt> fresh = Queue();
    private readonly Channel<FailedAttempt> old = Queue();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll([WatchAsync(stoppingToken), ReadAllAsync(old, stoppingToken), .. Enumerable.Range(0, Readers).Select(_ => ReadAllAsync(fresh, stoppingToken))]);

    private static Channel<FailedAttempt> Queue() => Channel.CreateBounded<FailedAttempt>(new BoundedChannelOptions(4_096) { FullMode = BoundedChannelFullMode.DropWrite });

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
                    Put(fresh, attempts.Take(change.Key.Name, change.Resource as TaskResource));
                }
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    // What failed while nobody looked waits apart: its nodes may be gone for good, and asking them takes long.
    private long Reload()
    {
        var (revision, tasks) = cache.Snapshot(ResourceKinds.Task);
        foreach (var task in tasks.OfType<TaskResource>())
        {
            Put(old, attempts.TakeFirst(task));
        }

        return revision;
    }

    private static void Put(Channel<FailedAttempt> queue, FailedAttempt? attempt)
    {
        if (attempt is { } one)
        {
            queue.Writer.TryWrite(one);
        }
    }

    private async Task ReadAllAsync(Channel<FailedAttempt> queue, CancellationToken cancellationToken)
    {
        await foreach (var attempt in queue.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await DiagnoseAsync(attempt, cancellationToken);
            }
            catch (StoreUnavailableException e) // The log is still there: who asks for the diagnosis gets it.
            {
                LogNotKept(attempt.Task, e.Message);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested) // One log that cannot be read, or that the core cannot take, must not end the reading of others.
            {
                LogFailed(e, attempt.Task);
            }
        }
    }

    private async Task DiagnoseAsync(FailedAttempt attempt, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await logs.ReadAsync(attempt.Node, attempt.Task, attempt.Fence, cancellationToken) is { } lines)
            {
                await loop.SubmitAsync(new NoteFailure(attempt.Task, FailureReading.Of(lines, attempt.Message, attempt.Node, attempt.Attempt, attempt.Fence)), cancellationToken);
                return;
            }

            await Task.Delay(betweenTries, time, cancellationToken);
        }

        LogNotRead(attempt.Task, attempt.Node);
    }

    [LoggerMessage(3901, LogLevel.Warning, "The log of the failed task {Task} could not be read from node {Node}; ask for its diagnosis once the node is back")]
    private partial void LogNotRead(string task, string node);

    [LoggerMessage(3902, LogLevel.Warning, "Why the task {Task} failed was not kept: {Why}")]
    private partial void LogNotKept(string task, string why);

    [LoggerMessage(3903, LogLevel.Error, "The failed task {Task} was not looked into")]
    private partial void LogFailed(Exception exception, string task);
}
