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

    /// <summary>Writes a batch, whole or not at all.</summary>
    /// <returns>The conflict that kept the batch out, or null when it is durable.</returns>
    /// <exception cref="IOException">The medium refused (full, gone); nothing of the batch was written.</exception>
    Task<WriteConflict?> WriteAsync(WriteBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Follows the changes after a revision: first those already made, coalesced to the last of each resource and in the
    /// order of their revisions, then each new one. Ends only with the token.
    /// </summary>
    /// <exception cref="CompactedException">Deletions after that revision have been forgotten: list again, and watch from there.</exception>
    IAsyncEnumerable<WatchEvent> WatchAsync(long afterRevision, CancellationToken cancellationToken);

    /// <summary>Forgets deletions up to and including a revision, and events older than the newest so many.</summary>
    Task CompactAsync(long throughRevision, int keepEvents, CancellationToken cancellationToken);

    /// <summary>Reads events, oldest first.</summary>
    Task<IReadOnlyList<ControlEvent>> EventsAsync(EventQuery query, CancellationToken cancellationToken);
}

/// <summary>What one step of the core changes.</summary>
/// <param name="Revision">The revision the batch makes: the store's last one plus 1, or the writer is not the only one.</param>
/// <param name="Changes">At most one for each resource; every resource carries the batch's revision.</param>
/// <param name="Events">What happened, in order.</param>
public sealed record WriteBatch(long Revision, IReadOnlyList<Change> Changes, IReadOnlyList<ControlEvent> Events);

/// <summary>The change of one resource.</summary>
/// <param name="Key">Which.</param>
/// <param name="ExpectedRevision">The revision it has now; 0 when it must not exist.</param>
/// <param name="Resource">What it becomes; null when it is deleted.</param>
public readonly record struct Change(ResourceKey Key, long ExpectedRevision, Resource? Resource);

/// <summary>Why a batch was not written.</summary>
/// <param name="Key">The first resource that was not as expected; null when the batch's own revision was not.</param>
/// <param name="Expected">The expected revision.</param>
/// <param name="Actual">The revision found; 0 when the resource does not exist.</param>
public sealed record WriteConflict(ResourceKey? Key, long Expected, long Actual);

/// <summary>A change as watchers see it.</summary>
/// <param name="Revision">The revision that made it; resume after this one.</param>
/// <param name="Key">Which resource.</param>
/// <param name="Resource">What it became; null when it was deleted.</param>
public sealed record WatchEvent(long Revision, ResourceKey Key, Resource? Resource);

/// <summary>The store no longer knows what was deleted after the revision asked for.</summary>
public sealed class CompactedException(long asked, long oldest)
    : Exception($"revision {asked} is compacted: the oldest that can be resumed is {oldest}; list again and watch from the list's revision")
{
    /// <summary>The revision asked for.</summary>
    public long Asked { get; } = asked;

    /// <summary>The oldest revision a watch can resume after.</summary>
    public long Oldest { get; } = oldest;
}
