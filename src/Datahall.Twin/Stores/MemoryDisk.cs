using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.Twin.Stores;

/// <summary>What survives the crash of a simulated process: the content of one store. Open it with <see cref="MemoryStore"/>.</summary>
/// <param name="identity">The store's identity; simulations derive it from their seed.</param>
public sealed class MemoryDisk(string identity)
{
    private readonly Dictionary<ResourceKey, LinkedListNode<WatchEvent>> entries = [];
    private readonly LinkedList<WatchEvent> byRevision = [];
    private readonly List<ControlEvent> events = [];
    private int deletions;

    /// <summary>The store's identity.</summary>
    public string Identity { get; } = identity;

    /// <summary>The last batch's revision.</summary>
    public long Revision { get; private set; }

    /// <summary>Guards everything here; simulations are single-threaded, and take it for nothing.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>The store that has the disk open.</summary>
    internal MemoryStore? Owner { get; set; }

    /// <summary>The revision through which deletions are forgotten.</summary>
    internal long Compacted { get; private set; }

    internal long LastEvent => events is [.., var last] ? last.Sequence : 0;

    internal Resource? Get(ResourceKey key) => entries.TryGetValue(key, out var entry) ? entry.Value.Resource : null;

    internal List<Resource> List(string? kind) =>
    [
        .. byRevision.Where(entry => entry.Resource is not null && (kind is null || entry.Key.Kind == kind))
            .OrderBy(static entry => entry.Key, ResourceKey.Order)
            .Select(static entry => entry.Resource!),
    ];

    internal WriteConflict? Check(WriteBatch batch)
    {
        if (batch.Revision != Revision + 1)
        {
            return new(null, batch.Revision - 1, Revision);
        }

        foreach (var change in batch.Changes)
        {
            var actual = Get(change.Key)?.Revision ?? 0;
            if (actual != change.ExpectedRevision)
            {
                return new(change.Key, change.ExpectedRevision, actual);
            }
        }

        return null;
    }

    internal void Write(WriteBatch batch, ResourceFidelity fidelity)
    {
        Revision = batch.Revision;
        foreach (var change in batch.Changes)
        {
            var kept = fidelity == ResourceFidelity.Json && change.Resource is not null
                ? ResourceJson.Read(ResourceJson.Write(change.Resource))
                : change.Resource;
            Put(new(Revision, change.Key, kept));
        }

        events.AddRange(batch.Events);
    }

    /// <summary>The last change of each resource after a revision, by revision. O(changes).</summary>
    internal List<WatchEvent> ChangesAfter(long revision)
    {
        var changes = new List<WatchEvent>();
        for (var node = byRevision.Last; node is not null && node.Value.Revision > revision; node = node.Previous)
        {
            var continues = changes is [.., var next] && next.Revision == node.Value.Revision;
            changes.Add(continues ? node.Value with { Continues = true } : node.Value);
        }

        changes.Reverse();
        return changes;
    }

    internal List<ControlEvent> Events(EventQuery query)
    {
        var found = new List<ControlEvent>();
        for (var i = events.Count - 1; i >= 0 && events[i].Sequence > query.After && found.Count < query.Newest; i--)
        {
            if (query.About is null || query.About == events[i].About)
            {
                found.Add(events[i]);
            }
        }

        found.Reverse();
        return found;
    }

    internal void Compact(long throughRevision, int keepEvents)
    {
        Compacted = Math.Max(Compacted, Math.Min(throughRevision, Revision));
        for (var node = byRevision.First; node is not null && node.Value.Revision <= Compacted;)
        {
            var next = node.Next;
            if (node.Value.Resource is null)
            {
                deletions--;
                entries.Remove(node.Value.Key);
                byRevision.Remove(node);
            }

            node = next;
        }

        events.RemoveRange(0, Math.Max(0, events.Count - keepEvents));
    }

    /// <summary>Forgets what is beyond twice what is to be kept: then each write pays for it a constant share.</summary>
    internal void Maintain(MemoryStoreOptions options)
    {
        if (deletions > 2L * options.KeepDeletions)
        {
            var oldest = byRevision.Where(static entry => entry.Resource is null).ElementAt(deletions - options.KeepDeletions - 1);
            Compact(oldest.Revision, int.MaxValue);
        }

        if (events.Count > 2L * options.KeepEvents)
        {
            Compact(0, options.KeepEvents);
        }
    }

    /// <summary>Takes a resource's last change to the end of the order.</summary>
    private void Put(WatchEvent entry)
    {
        if (entries.TryGetValue(entry.Key, out var node))
        {
            deletions -= node.Value.Resource is null ? 1 : 0;
            byRevision.Remove(node);
            node.Value = entry;
            byRevision.AddLast(node);
        }
        else
        {
            entries.Add(entry.Key, byRevision.AddLast(entry));
        }

        deletions += entry.Resource is null ? 1 : 0;
    }
}
