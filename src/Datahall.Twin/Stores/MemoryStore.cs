using System.Runtime.CompilerServices;
using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.Twin.Stores;

/// <summary>The store of a simulated process: the real one's semantics in memory, every call done when it returns, and crashes to order.</summary>
/// <remarks>
/// A crash ends this object for good; its calls throw <see cref="ProcessCrashedException"/>. What was durable is on the
/// <see cref="MemoryDisk"/>, for the next process. Safe for concurrent use, and deterministic with one caller.
/// </remarks>
public sealed class MemoryStore : IResourceStore
{
    private readonly MemoryDisk disk;
    private readonly MemoryStoreOptions options;
    private TaskCompletionSource? changed; // Made when a watch waits.
    private Func<Exception>? ended;

    /// <summary>Opens a disk.</summary>
    /// <exception cref="IOException">Another store, neither closed nor crashed, has it open.</exception>
    public MemoryStore(MemoryDisk disk, MemoryStoreOptions options)
    {
        lock (disk.Gate)
        {
            if (disk.Owner is not null)
            {
                throw new IOException($"the simulated disk {disk.Identity} is open: a store has one writer. Close or crash that one first");
            }

            disk.Owner = this;
            this.disk = disk;
            this.options = options;
        }
    }

    /// <inheritdoc/>
    public string Identity => disk.Identity;

    /// <inheritdoc/>
    public long Revision => disk.Revision;

    /// <summary>Kills the process that uses the store; what is written stays on the disk.</summary>
    public void Crash() => End(static () => new ProcessCrashedException("the simulated process was killed"));

    /// <inheritdoc/>
    public Task<Resource?> GetAsync(ResourceKey key, CancellationToken cancellationToken) => Do(() => disk.Get(key), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Resource>> ListAsync(string? kind, CancellationToken cancellationToken) =>
        Do<IReadOnlyList<Resource>>(() => disk.List(kind), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ProcessCrashedException">The process died, before or after the batch was durable.</exception>
    public Task<WriteConflict?> WriteAsync(WriteBatch batch, CancellationToken cancellationToken) =>
        Do(() => Write(batch), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterRevision);
        var place = afterRevision;
        var since = afterRevision == 0 ? Revision : afterRevision; // Deletions up to here are nothing to the reader.
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (changes, more) = ReadOn(ref place, since);
            foreach (var change in changes)
            {
                yield return change;
            }

            if (changes.Count == 0)
            {
                await more.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public Task CompactAsync(long throughRevision, int keepEvents, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keepEvents, 1);
        return Do(() => disk.Compact(throughRevision, keepEvents), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ControlEvent>> EventsAsync(EventQuery query, CancellationToken cancellationToken) =>
        Do<IReadOnlyList<ControlEvent>>(() => disk.Events(query), cancellationToken);

    /// <summary>Closes the store in order; the disk can be opened again.</summary>
    public ValueTask DisposeAsync()
    {
        End(static () => new ObjectDisposedException(nameof(MemoryStore)));
        return ValueTask.CompletedTask;
    }

    private WriteConflict? Write(WriteBatch batch)
    {
        batch.ThrowIfInvalid();
        if (disk.Check(batch) is { } conflict)
        {
            return conflict;
        }

        if (batch.Events.Count > 0 && batch.Events[0].Sequence <= disk.LastEvent)
        {
            throw new ArgumentException(
                $"batch {batch.Revision} has event {batch.Events[0].Sequence}, but the store's last one is {disk.LastEvent}");
        }

        var fault = options.Fault?.Invoke(batch) ?? CommitFault.None;
        if (fault == CommitFault.FailBefore)
        {
            throw new IOException($"the simulated disk refused batch {batch.Revision} (nothing was written)");
        }

        if (fault != CommitFault.CrashBefore)
        {
            disk.Write(batch, options.Fidelity);
            disk.Maintain(options);
        }

        if (fault != CommitFault.None)
        {
            End(() => new ProcessCrashedException($"the simulated process died at batch {batch.Revision} ({fault})"));
            throw ended!();
        }

        WakeWatches();
        return null;
    }

    private void WakeWatches()
    {
        changed?.TrySetResult();
        changed = null;
    }

    private (List<WatchEvent> Changes, Task More) ReadOn(ref long place, long since)
    {
        lock (disk.Gate)
        {
            ThrowIfEnded();
            if (place > disk.Revision)
            {
                throw new CompactedException(place, disk.Revision);
            }

            if (disk.Compacted > Math.Max(since, place))
            {
                throw new CompactedException(place, disk.Compacted);
            }

            var changes = disk.ChangesAfter(place);
            place = disk.Revision;
            changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return (changes, changed.Task);
        }
    }

    private Task<T> Do<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        lock (disk.Gate)
        {
            try
            {
                ThrowIfEnded();
                return Task.FromResult(work());
            }
            catch (Exception e) // A task carries it to the caller, as a real store's would.
            {
                return Task.FromException<T>(e);
            }
        }
    }

    private Task<bool> Do(Action work, CancellationToken cancellationToken) => Do(
        () =>
        {
            work();
            return true;
        },
        cancellationToken);

    private void End(Func<Exception> why)
    {
        lock (disk.Gate)
        {
            ended ??= why;
            if (disk.Owner == this)
            {
                disk.Owner = null;
            }

            WakeWatches();
        }
    }

    private void ThrowIfEnded()
    {
        if (ended is not null)
        {
            throw ended();
        }
    }
}
