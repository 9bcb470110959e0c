using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.Server.Stores;

/// <summary>Something that waits for the writer.</summary>
internal abstract class WriterJob(CancellationToken cancellationToken)
{
    /// <summary>Gives up a job that the writer has not taken yet.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Ends it as given up: it changed nothing.</summary>
    public abstract void Cancel();

    /// <summary>Ends it as failed: it changed nothing.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>A batch that waits, with its resources as JSON.</summary>
/// <remarks>The JSON is made in the caller's thread, so that the writer's has only SQLite to feed.</remarks>
internal sealed class PendingBatch(WriteBatch batch, CancellationToken cancellationToken) : WriterJob(cancellationToken)
{
    private readonly TaskCompletionSource<WriteConflict?> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WriteBatch Batch { get; } = batch;

    /// <summary>Each change's JSON, in order; null for a deletion.</summary>
    public byte[]?[] Payloads { get; } = [.. batch.Changes.Select(static c => c.Resource is null ? null : ResourceJson.Write(c.Resource))];

    /// <summary>The conflict that keeps it out of the transaction.</summary>
    public WriteConflict? Conflict { get; set; }

    /// <summary>The caller's mistake that keeps it out of the transaction.</summary>
    public ArgumentException? Refusal { get; set; }

    /// <summary>Whether the transaction holds it.</summary>
    public bool Written => Conflict is null && Refusal is null;

    public Task<WriteConflict?> Done => done.Task;

    /// <summary>Answers the caller, after the commit.</summary>
    public void Complete()
    {
        if (Refusal is null)
        {
            done.TrySetResult(Conflict);
        }
        else
        {
            done.TrySetException(Refusal);
        }
    }

    public override void Cancel() => done.TrySetCanceled(CancellationToken);

    public override void Fail(Exception exception) => done.TrySetException(exception);
}

/// <summary>A compaction that waits.</summary>
internal sealed class PendingCompaction(long throughRevision, int keepEvents, CancellationToken cancellationToken) : WriterJob(cancellationToken)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long ThroughRevision { get; } = throughRevision;

    public int KeepEvents { get; } = keepEvents;

    public Task Done => done.Task;

    public void Complete() => done.TrySetResult();

    public override void Cancel() => done.TrySetCanceled(CancellationToken);

    public override void Fail(Exception exception) => done.TrySetException(exception);
}
