using System.Collections.Concurrent;
using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.Server.Resources;

/// <summary>What is committed, in memory: every read of the API is answered from here.</summary>
/// <remarks>Written by the loop after each commit, before the answers go out: who was answered reads their own writes. Thread-safe.</remarks>
internal sealed class ResourceCache
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ResourcesOfKind> kinds =
        ResourceKinds.All.ToDictionary(kind => kind, _ => new ResourcesOfKind(), StringComparer.Ordinal);

    private int pendingTasks;

    /// <summary>The newest batches.</summary>
    public CommitLog Log { get; } = new();

    /// <summary>The revision of the last committed batch; the log has it.</summary>
    public long Revision => Log.Revision;

    /// <summary>How many tasks wait for a place.</summary>
    public int PendingTasks => Volatile.Read(ref pendingTasks);

    /// <summary>How many attempts of tasks failed or were lost since the server started, by queue.</summary>
    public ConcurrentDictionary<string, long> TaskFailures { get; } = new(StringComparer.Ordinal);

    /// <summary>Forgets the failures of all other queues: they were deleted, and the last of their tasks is gone.</summary>
    public void KeepTaskFailures(IReadOnlyCollection<string> queues)
    {
        foreach (var gone in TaskFailures.Keys.Except(queues, StringComparer.Ordinal))
        {
            TaskFailures.TryRemove(gone, out _);
        }
    }

    /// <summary>Holds exactly these resources from now on.</summary>
    public void Reset(long atRevision, long lastEvent, IReadOnlyList<Resource> resources)
    {
        lock (gate)
        {
            foreach (var kind in kinds.Values)
            {
                kind.Clear();
            }

            pendingTasks = 0;
            foreach (var resource in resources)
            {
                Put(resource.Key, resource);
            }

            Log.Reset(atRevision, lastEvent);
        }
    }

    /// <summary>Takes a committed batch.</summary>
    public void Publish(WriteBatch batch)
    {
        lock (gate)
        {
            foreach (var change in batch.Changes)
            {
                CountFailure(change.Resource);
                Put(change.Key, change.Resource);
            }

            Log.Append(batch);
        }
    }

    /// <summary>Finds a resource; null when there is none.</summary>
    public Resource? Find(ResourceKey key)
    {
        lock (gate)
        {
            return kinds[key.Kind].Find(key.Name);
        }
    }

    /// <summary>Finds a resource of a type.</summary>
    public T? Find<T>(string kind, string name)
        where T : Resource => Find(new ResourceKey(kind, name)) as T;

    /// <summary>Lists a page of a kind, ordered by name.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="selector">Which of them.</param>
    /// <param name="after">Names up to and including this one are left out; null for the first page.</param>
    /// <param name="limit">At most so many, at least 1.</param>
    public ResourcePage List(string kind, LabelSelector selector, string? after, int limit)
    {
        lock (gate)
        {
            var items = new List<Resource>(Math.Min(limit, 512));
            foreach (var resource in kinds[kind].After(after))
            {
                if (!selector.Matches(LabelsOf(resource)))
                {
                    continue;
                }

                if (items.Count == limit)
                {
                    return new(Revision, items, items[^1].Name);
                }

                items.Add(resource);
            }

            return new(Revision, items, null);
        }
    }

    /// <summary>Everything as of one revision, oldest change first.</summary>
    /// <param name="kind">The kind, or null for all.</param>
    public (long Revision, IReadOnlyList<Resource> Resources) Snapshot(string? kind)
    {
        List<Resource> all;
        long at;
        lock (gate)
        {
            all = [.. kinds.Where(entry => kind is null || entry.Key == kind).SelectMany(entry => entry.Value.After(null))];
            at = Revision;
        }

        all.Sort(static (a, b) => a.Revision.CompareTo(b.Revision));
        return (at, all);
    }

    // A node's labels are those of its manifest, and those that its agent found where the manifest says nothing.
    private static IReadOnlyDictionary<string, string> LabelsOf(Resource resource)
    {
        if (resource is not Node { Status.Labels: { Count: > 0 } found })
        {
            return resource.Labels;
        }

        var labels = new Dictionary<string, string>(found, StringComparer.Ordinal);
        foreach (var (key, value) in resource.Labels)
        {
            labels[key] = value;
        }

        return labels;
    }

    private static int Pending(Resource? resource) => resource is TaskResource { Status.Phase: TaskPhase.Pending } ? 1 : 0;

    private void CountFailure(Resource? resource)
    {
        if (resource is TaskResource { Status: var now } task && kinds[task.Kind].Find(task.Name) is TaskResource { Status: var before } && HasFailed(before, now))
        {
            TaskFailures.AddOrUpdate(task.Spec.Queue, 1, static (_, count) => count + 1);
        }
    }

    // A failure that is tried again is counted in the status; the last one is the end.
    private static bool HasFailed(Model.TaskStatus before, Model.TaskStatus now) =>
        now.Failures > before.Failures || (now.Phase is TaskPhase.Failed or TaskPhase.Lost && before.Phase is not (TaskPhase.Failed or TaskPhase.Lost));

    private void Put(ResourceKey key, Resource? resource)
    {
        pendingTasks += Pending(resource) - Pending(kinds[key.Kind].Find(key.Name));
        kinds[key.Kind].Put(key.Name, resource);
    }

    // By name for reads, and the names in order for lists that begin anywhere.
    private sealed class ResourcesOfKind
    {
        private readonly Dictionary<string, Resource> byName = new(StringComparer.Ordinal);
        private readonly SortedSet<string> names = new(StringComparer.Ordinal);

        public Resource? Find(string name) => byName.GetValueOrDefault(name);

        public void Put(string name, Resource? resource)
        {
            if (resource is null)
            {
                byName.Remove(name);
                names.Remove(name);
                return;
            }

            byName[name] = resource;
            names.Add(name);
        }

        public void Clear()
        {
            byName.Clear();
            names.Clear();
        }

        public IEnumerable<Resource> After(string? name)
        {
            if (names.Max is not { } last || (name is not null && string.CompareOrdinal(name, last) >= 0))
            {
                return [];
            }

            var rest = name is null ? names : names.GetViewBetween(name, last);
            return rest.Where(candidate => candidate != name).Select(candidate => byName[candidate]);
        }
    }
}

/// <summary>A page of a list.</summary>
/// <param name="Revision">The revision it was read at.</param>
/// <param name="Items">The resources, by name.</param>
/// <param name="Last">The last name when there are more; null on the last page.</param>
internal sealed record ResourcePage(long Revision, IReadOnlyList<Resource> Items, string? Last);
