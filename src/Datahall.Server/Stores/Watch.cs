using Datahall.Control.Store;

namespace Datahall.Server.Stores;

/// <summary>How far one watch has come. Its reader's alone.</summary>
internal sealed class Watch
{
    /// <summary>Deletions after this revision matter to the reader: it may have been told of what they deleted.</summary>
    private readonly long since;

    /// <param name="after">The revision the reader asked for; 0 when it knows nothing.</param>
    /// <param name="revision">The store's revision.</param>
    /// <exception cref="CompactedException">The store never came so far.</exception>
    public Watch(long after, long revision)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        if (after > revision)
        {
            throw new CompactedException(after, revision);
        }

        // What such a reader is told of exists at this moment or later, so older deletions are nothing to it.
        since = after == 0 ? revision : after;
        Place = new(after, long.MaxValue);
        InFile = after < revision;
    }

    /// <summary>Where it stands.</summary>
    public ChangePlace Place { get; private set; }

    /// <summary>The revision it has come to.</summary>
    public long Revision => Place.Revision;

    /// <summary>The last revision it has told of in full.</summary>
    private long Complete => Place.Id == long.MaxValue ? Place.Revision : Place.Revision - 1;

    /// <summary>Whether it goes on from the file: at first, since only there what was changed before is coalesced, and within its pages.</summary>
    public bool InFile { get; private set; }

    /// <summary>Goes on by a page of the file.</summary>
    /// <exception cref="CompactedException">Deletions that matter to the reader are forgotten.</exception>
    public List<WatchEvent> Take(ChangePage page)
    {
        if (page.Compacted > Math.Max(since, Complete))
        {
            throw new CompactedException(Complete, page.Compacted);
        }

        Place = page.Rest ?? new(page.Revision, long.MaxValue);
        InFile = page.Rest is not null;
        return page.Changes;
    }

    /// <summary>Goes on by batches of the memory, which it empties.</summary>
    public IEnumerable<WatchEvent> Take(List<WatchEvent[]> batches)
    {
        foreach (var batch in batches)
        {
            foreach (var change in batch)
            {
                yield return change;
            }
        }

        Place = new(Place.Revision + batches.Count, long.MaxValue);
        batches.Clear();
    }
}
