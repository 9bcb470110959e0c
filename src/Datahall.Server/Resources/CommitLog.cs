using Datahall.Control.Store;

namespace Datahall.Server.Resources;

/// <summary>The newest committed batches, for watches: bounded, read by each watch at its own pace.</summary>
/// <remarks>
/// A reader that falls out of the log is told so and goes on from the store, which coalesces: a slow client costs no memory.
/// Thread-safe.
/// </remarks>
internal sealed class CommitLog
{
    private const int MaxEntries = 32_768;
    private readonly Lock gate = new();
    private readonly List<WriteBatch> batches = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long revision;
    private long before;
    private long eventsBefore;
    private long lastEvent;
    private int entries;

    /// <summary>The revision of the newest batch; whoever sees it finds the batch.</summary>
    public long Revision => Volatile.Read(ref revision);

    /// <summary>The newest event that the log no longer has.</summary>
    public long EventsBefore => Volatile.Read(ref eventsBefore);

    /// <summary>The newest event; whoever sees it finds it, unless the log has let it go.</summary>
    public long LastEvent => Volatile.Read(ref lastEvent);

    /// <summary>Forgets everything; the log now begins after a revision and an event.</summary>
    public void Reset(long atRevision, long atEvent)
    {
        lock (gate)
        {
            batches.Clear();
            (before, eventsBefore, entries) = (atRevision, atEvent, 0);
            Volatile.Write(ref lastEvent, atEvent);
            Volatile.Write(ref revision, atRevision);
        }

        Wake();
    }

    /// <summary>Adds a committed batch, and wakes the readers.</summary>
    public void Append(WriteBatch batch)
    {
        lock (gate)
        {
            batches.Add(batch);
            entries += Weight(batch);
            if (entries > MaxEntries)
            {
                Trim();
            }

            Volatile.Write(ref lastEvent, batch.Events.Count > 0 ? batch.Events[^1].Sequence : lastEvent);
            Volatile.Write(ref revision, batch.Revision);
        }

        Wake();
    }

    /// <summary>Completes at the next batch; taken before reading, so that none is missed.</summary>
    public Task NextChange() => Volatile.Read(ref changed).Task;

    /// <summary>Reads the batches after a revision, oldest first.</summary>
    /// <returns>Null when the log does not reach back so far.</returns>
    public IReadOnlyList<WriteBatch>? After(long seen)
    {
        lock (gate)
        {
            if (seen < before)
            {
                return null;
            }

            // Revisions have no gaps: a batch's place in the log follows from its number.
            var skip = (int)Math.Min(seen - before, batches.Count);
            return batches[skip..];
        }
    }

    /// <summary>Reads the events after a sequence number, oldest first.</summary>
    /// <returns>Null when the log does not reach back so far.</returns>
    public IReadOnlyList<ControlEvent>? EventsAfter(long sequence)
    {
        lock (gate)
        {
            if (sequence < eventsBefore)
            {
                return null;
            }

            var first = batches.FindLastIndex(batch => batch.Events.Count > 0 && batch.Events[0].Sequence <= sequence);
            return [.. batches.Skip(Math.Max(first, 0)).SelectMany(batch => batch.Events).Where(e => e.Sequence > sequence)];
        }
    }

    private static int Weight(WriteBatch batch) => 1 + batch.Changes.Count + batch.Events.Count;

    // A quarter at once, so that removing from the front of the list costs little for each batch.
    private void Trim()
    {
        var count = 0;
        while (entries > MaxEntries * 3 / 4 && count < batches.Count - 1)
        {
            entries -= Weight(batches[count]);
            before = batches[count].Revision;
            eventsBefore = batches[count].Events.Count > 0 ? batches[count].Events[^1].Sequence : eventsBefore;
            count++;
        }

        batches.RemoveRange(0, count);
    }

    private void Wake() =>
        Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
