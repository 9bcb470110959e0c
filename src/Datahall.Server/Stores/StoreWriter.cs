using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Datahall.Server.Stores;

/// <summary>The one thread that writes: takes all batches that wait and commits them with one flush of the disk.</summary>
internal sealed class StoreWriter : IAsyncDisposable
{
    /// <summary>How many changes one transaction may gather: enough to hide the flush, little enough to answer soon.</summary>
    private const int MostChanges = 8192;

    /// <summary>How many rows a compaction of its own accord forgets at a time: some milliseconds' work.</summary>
    private const int MaintenanceStep = 4096;

    private readonly string path;
    private readonly SqliteStoreOptions options;
    private readonly WriteSession session;
    private readonly RecentChanges recent;
    private readonly Channel<WriterJob> queue;
    private readonly List<PendingBatch> group = [];
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StoreWriter(string path, SqliteStoreOptions options, WriteSession session, RecentChanges recent)
    {
        this.path = path;
        this.options = options;
        this.session = session;
        this.recent = recent;
        queue = Channel.CreateBounded<WriterJob>(new BoundedChannelOptions(options.WaitingBatches) { SingleReader = true });
        new Thread(Run) { IsBackground = true, Name = "store writer" }.Start();
    }

    /// <summary>Puts a job in the queue, waiting for room; jobs enter in the order of the calls.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public async Task EnqueueAsync(WriterJob job, CancellationToken cancellationToken)
    {
        try
        {
            await queue.Writer.WriteAsync(job, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteStore));
        }
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await ended.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        try
        {
            while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                var other = TakeGroup();
                WriteGroup();
                if (other is not null)
                {
                    Compact(other);
                }

                Maintain();
            }

            session.Dispose();
        }
        finally
        {
            ended.SetResult();
        }
    }

    /// <summary>Gathers the batches that wait, up to the first compaction, which it returns.</summary>
    private PendingCompaction? TakeGroup()
    {
        group.Clear();
        var changes = 0;
        while (changes < MostChanges && queue.Reader.TryRead(out var job))
        {
            if (job.CancellationToken.IsCancellationRequested)
            {
                job.Cancel();
            }
            else if (job is PendingBatch pending)
            {
                group.Add(pending);
                changes += 1 + pending.Batch.Changes.Count;
            }
            else if (job is PendingCompaction compaction)
            {
                return compaction;
            }
        }

        return null;
    }

    private void WriteGroup()
    {
        if (group.Count == 0)
        {
            return;
        }

        try
        {
            session.InTransaction(transaction => group.ForEach(transaction.Write));
        }
        catch (Exception e) // The top of the writer's loop: whatever it was, the callers are told, and the next group is tried.
        {
            var told = e is SqliteException failure ? StoreErrors.OfWrite(path, failure) : e;
            group.ForEach(pending => pending.Fail(told));
            return;
        }

        recent.Publish(group.Where(static pending => pending.Written).Select(static pending => pending.Batch));
        group.ForEach(static pending => pending.Complete());
    }

    private void Compact(PendingCompaction compaction)
    {
        try
        {
            var through = Math.Min(compaction.ThroughRevision, session.Committed.Revision);
            session.InTransaction(transaction => transaction.Compact(through, compaction.KeepEvents));
            compaction.Complete();
        }
        catch (Exception e) // As for a group.
        {
            compaction.Fail(e is SqliteException failure ? StoreErrors.OfWrite(path, failure) : e);
        }
    }

    /// <summary>Forgets a little when there is more than is to be kept.</summary>
    private void Maintain()
    {
        var state = session.Committed;
        var deletions = state.Deletions > options.KeepDeletions + (long)MaintenanceStep;
        if (!deletions && state.Events <= options.KeepEvents + (long)MaintenanceStep)
        {
            return;
        }

        try
        {
            var through = deletions ? session.RevisionOfOldDeletion(MaintenanceStep) : 0;
            var keep = (int)Math.Max(options.KeepEvents, state.Events - MaintenanceStep);
            session.InTransaction(transaction => transaction.Compact(through, keep));
        }
        catch (SqliteException)
        {
            // A full disk: the writes that meet it tell, and maintenance comes again after the next one.
        }
    }
}
