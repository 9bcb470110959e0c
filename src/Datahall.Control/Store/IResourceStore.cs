using Datahall.Model;

namespace Datahall.Control.Store;

/// <summary>Keeps the resources and the events: durable, atomic, watchable.</summary>
/// <remarks>
/// Held to one suite of tests (<c>StoreContract</c>). One writer: the control plane that leads. A batch is durable when
/// <see cref="WriteAsync"/> returns, and the revisions of a store are 1, 2, 3 … without gaps. Safe for concurrent use.
/// </remarks>
public interface IResourceStore : IAsyncDisposable
{
    /// <summary>Made once with the store: agents refuse orders that come from another store than the one they joined.</summary>
    string Identity { get; }

    /// <summary>The revision of the last batch; 0 in a fresh store.</summary>
    long Revision { get; }

    /// <summary>Reads one resource; null when there is none.</summary>
    Task<Resource?> GetAsync(ResourceKey key, CancellationToken cancellationToken);

    /// <summary>Reads all resources of a kind, or of all kinds, ordered by kind and name, as of one revision.</summary>
    Task<IReadOnlyList<Resource>> ListAsync(string? kind, CancellationToken cancellationToken);

    /// <summary>Writes a batch, whole or not at all. Batches are written in the order of the calls.</summary>
    /// <returns>The conflict that kept the batch out, or null when it is durable.</returns>
    /// <exception cref="ArgumentException">
    /// The batch contradicts itself (<see cref="WriteBatch.ThrowIfInvalid"/>), or its events do not come after the store's last one.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled while it waited for its turn; nothing of the batch was written.</exception>
    /// <exception cref="IOException">The medium refused (full, gone); nothing of the batch was written.</exception>
    Task<WriteConflict?> WriteAsync(WriteBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Follows the changes after a revision: first those already made, coalesced to the last of each resource and in the
    /// order of their revisions, then each new one; a reader that falls far behind gets what it missed coalesced, too. Ends only
    /// with the token.
    /// </summary>
    /// <param name="afterRevision">The last revision whose changes the caller has in full; 0, for nothing, is never compacted.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="CompactedException">Deletions after that revision have been forgotten, or the store never came so far: list again, and watch from there.</exception>
    IAsyncEnumerable<WatchEvent> WatchAsync(long afterRevision, CancellationToken cancellationToken);

    /// <summary>Forgets deletions up to and including a revision, and events older than the newest so many.</summary>
    /// <param name="throughRevision">The revision; beyond the store's last one it means that.</param>
    /// <param name="keepEvents">How many events stay, at least 1: the last one tells the number of the next.</param>
    /// <param name="cancellationToken">Gives up while nothing is forgotten yet.</param>
    /// <exception cref="IOException">The medium refused; nothing was forgotten.</exception>
    Task CompactAsync(long throughRevision, int keepEvents, CancellationToken cancellationToken);

    /// <summary>Reads events, oldest first.</summary>
    Task<IReadOnlyList<ControlEvent>> EventsAsync(EventQuery query, CancellationToken cancellationToken);
}

/// <summary>What one step of the core changes.</summary>
/// <param name="Revision">The revision the batch makes: the store's last one plus 1, or the writer is not the only one.</param>
/// <param name="Changes">At most one for each resource; every resource carries the batch's revision.</param>
/// <param name="Events">What happened, in order.</param>
public sealed record WriteBatch(long Revision, IReadOnlyList<Change> Changes, IReadOnlyList<ControlEvent> Events)
{
    /// <summary>Refuses a batch that no store may take, whatever it holds.</summary>
    /// <exception cref="ArgumentException">
    /// Two changes of one resource, a resource with another key or revision than its change or batch says, or events out of order.
    /// </exception>
    public void ThrowIfInvalid()
    {
        var keys = new HashSet<ResourceKey>(Changes.Count);
        foreach (var change in Changes)
        {
            if (FaultOf(change, keys) is { } fault)
            {
                throw new ArgumentException($"batch {Revision} {fault}");
            }
        }

        for (var i = 1; i < Events.Count; i++)
        {
            if (Events[i].Sequence <= Events[i - 1].Sequence)
            {
                throw new ArgumentException($"batch {Revision} has event {Events[i].Sequence} after event {Events[i - 1].Sequence}");
            }
        }
    }

    private string? FaultOf(in Change change, HashSet<ResourceKey> before) => change.Resource switch
    {
        _ when !before.Add(change.Key) => $"changes {change.Key} twice",
        { } resource when resource.Key != change.Key => $"puts {resource.Key} in place of {change.Key}",
        { } resource when resource.Revision != Revision => $"carries {change.Key} with revision {resource.Revision}",
        _ => null,
    };
}

/// <summary>The change of one resource.</summary>
/// <param name="Key">Which.</param>
/// <param name="ExpectedRevision">The revision it has now; 0 when it must not exist.</param>
/// <param name="Resource">What it becomes; null when it is deleted.</param>
public readonly record struct Change(ResourceKey Key, long ExpectedRevision, Resource? Resource);

/// <summary>Why a batch was not written.</summary>
/// <param name="Key">The first resource that was not as expected; null when the batch's own revision was not.</param>
/// <param name="Expected">The expected revision; of the batch, the store's last one that it builds on.</param>
/// <param name="Actual">The revision found; 0 when the resource does not exist.</param>
public sealed record WriteConflict(ResourceKey? Key, long Expected, long Actual);

/// <summary>A change as watchers see it.</summary>
/// <param name="Revision">The revision that made it; resume after this one, once all of it has come.</param>
/// <param name="Key">Which resource.</param>
/// <param name="Resource">What it became; null when it was deleted.</param>
public sealed record WatchEvent(long Revision, ResourceKey Key, Resource? Resource)
{
    /// <summary>
    /// More changes of the same revision follow: who is cut off here resumes after the revision before, or the rest is lost.
    /// </summary>
    public bool Continues { get; init; }
}

/// <summary>The store no longer knows what was deleted after the revision asked for, or never came so far (a backup was restored).</summary>
public sealed class CompactedException(long asked, long oldest)
    : Exception(asked < oldest
        ? $"revision {asked} is compacted: the oldest that can be resumed is {oldest}; list again and watch from the list's revision"
        : $"revision {asked} is not in this store's history (was a backup restored?); list again and watch from the list's revision")
{
    /// <summary>The revision asked for.</summary>
    public long Asked { get; } = asked;

    /// <summary>The oldest revision a watch can resume after.</summary>
    public long Oldest { get; } = oldest;
}
