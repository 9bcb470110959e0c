namespace Datahall.Fleet.Checkpoints;

/// <summary>Looks at the places of checkpoints, each look on a thread of its own: a file system that hangs holds up nobody else.</summary>
/// <remarks>At most one look at a place is under way, however many attempts come and go there, so no more threads hang than places do.</remarks>
/// <param name="look">Finds the newest change of a path between two times; it may take for ever.</param>
/// <param name="time">The clock.</param>
internal sealed class CheckpointLooks(Func<string, DateTime, DateTime, DateTime?> look, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Task<DateTime?>> _underWay = [];

    /// <summary>Begins a look; null while somebody looks there already: ask again.</summary>
    /// <param name="path">The place, absolute.</param>
    /// <param name="since">Earlier changes do not count.</param>
    public Task<DateTime?>? TryBegin(string path, DateTime since)
    {
        var now = time.GetUtcNow().UtcDateTime;
        lock (gate)
        {
            if (_underWay.TryGetValue(path, out var other) && !other.IsCompleted)
            {
                return null;
            }

            // Not on the thread pool: there a look that hangs would keep others from running.
            var begun = Task.Factory.StartNew(() => look(path, since, now), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            _underWay[path] = begun;
            _ = begun.ContinueWith(task => Drop(path, task), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return begun;
        }
    }

    /// <summary>Waits for the looks under way, but no longer than this.</summary>
    public void Settle(TimeSpan longest)
    {
        Task[] looks;
        lock (gate)
        {
            looks = [.. _underWay.Values];
        }

        Task.WaitAny([Task.WhenAll(looks), Task.Delay(longest, time)]);
    }

    private void Drop(string path, Task ended)
    {
        lock (gate)
        {
            if (_underWay.TryGetValue(path, out var other) && other == ended)
            {
                _underWay.Remove(path);
            }
        }
    }
}
