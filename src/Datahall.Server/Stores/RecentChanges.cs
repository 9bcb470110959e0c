using Datahall.Control.Store;

namespace Datahall.Server.Stores;

/// <summary>The last changes, in memory, for watches that keep up. Bounded; the writer never waits for a reader.</summary>
/// <param name="revision">The store's revision.</param>
/// <param name="limit">How many changes are held.</param>
internal sealed class RecentChanges(long revision, int limit)
{
    private const int MostBatches = 4096;

    private readonly Lock gate = new();
    private readonly WatchEvent[][] batches = new WatchEvent[MostBatches][];
    private long first = revision + 1;
    private long last = revision;
    private int held;
    private bool closed;
    private TaskCompletionSource changed = NewSignal();

    /// <summary>The last revision published.</summary>
    public long Last => Volatile.Read(ref last);

    /// <summary>Adds durable batches, whose revisions follow the last one, and wakes the readers.</summary>
    public void Publish(IEnumerable<WriteBatch> durable)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            foreach (var batch in durable)
            {
                Add(batch);
            }

            signal = changed;
            changed = NewSignal();
        }

        signal.SetResult();
    }

    /// <summary>Takes the batches after a revision, those that are held.</summary>
    /// <param name="after">The revision.</param>
    /// <param name="into">Receives them, in order.</param>
    /// <param name="more">Ends when there is more than at this call.</param>
    /// <returns>False when the first of them is not held any more.</returns>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public bool TryRead(long after, List<WatchEvent[]> into, out Task more)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, typeof(SqliteStore));
            more = changed.Task;
            if (after + 1 < first)
            {
                return false;
            }

            for (var next = after + 1; next <= last; next++)
            {
                into.Add(batches[next % MostBatches]);
            }

            return true;
        }
    }

    /// <summary>Wakes the readers to find the store closed.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
        }

        changed.TrySetResult();
    }

    private void Add(WriteBatch batch)
    {
        if (last - first + 1 == MostBatches)
        {
            DropFirst();
        }

        last = batch.Revision;
        batches[last % MostBatches] = ToEvents(batch);
        held += batch.Changes.Count;
        while (held > limit)
        {
            DropFirst();
        }
    }

    private void DropFirst()
    {
        held -= batches[first % MostBatches].Length;
        batches[first++ % MostBatches] = [];
    }

    private static WatchEvent[] ToEvents(WriteBatch batch)
    {
        var events = new WatchEvent[batch.Changes.Count];
        for (var i = 0; i < events.Length; i++)
        {
            var change = batch.Changes[i];
            events[i] = new(batch.Revision, change.Key, change.Resource) { Continues = i < events.Length - 1 };
        }

        return events;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
