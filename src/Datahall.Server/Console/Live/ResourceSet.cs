using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.Server.Console.Live;

/// <summary>The committed resources as of one revision, each kind by name. Immutable; the next one shares what did not change.</summary>
internal sealed class ResourceSet
{
    private readonly Dictionary<string, KindSet> kinds;
    private readonly Lazy<TaskIndex> tasks;

    private ResourceSet(long revision, Dictionary<string, KindSet> kinds, Lazy<TaskIndex>? tasks = null)
    {
        (Revision, this.kinds) = (revision, kinds);
        this.tasks = tasks ?? new(() => TaskIndex.Of(List<TaskResource>(ResourceKinds.Task)));
    }

    /// <summary>The revision.</summary>
    public long Revision { get; }

    /// <summary>The tasks by owner and by node.</summary>
    public TaskIndex Tasks => tasks.Value;

    /// <summary>Sorts resources into a set.</summary>
    public static ResourceSet Of(long revision, IEnumerable<Resource> resources) => new(revision, resources.GroupBy(static r => r.Kind, StringComparer.Ordinal).ToDictionary(
        static kind => kind.Key,
        kind => new KindSet(revision, [.. kind.OrderBy(static r => r.Name, StringComparer.Ordinal)]),
        StringComparer.Ordinal));

    /// <summary>The resources of a kind, by name.</summary>
    public IReadOnlyList<T> List<T>(string kind)
        where T : Resource => kinds.TryGetValue(kind, out var set) ? set.Of<T>() : [];

    /// <summary>The revision at which a kind last changed; 0: it never had any.</summary>
    public long ChangedAt(string kind) => kinds.TryGetValue(kind, out var set) ? set.Changed : 0;

    /// <summary>Finds a resource; null when there is none.</summary>
    public T? Find<T>(string kind, string name)
        where T : Resource => kinds.TryGetValue(kind, out var set) ? set.Find(name) as T : null;

    /// <summary>The set after batches of changes, oldest first.</summary>
    public ResourceSet After(IReadOnlyList<WriteBatch> batches)
    {
        if (batches.Count == 0)
        {
            return this;
        }

        var changed = new Dictionary<string, Dictionary<string, Resource?>>(StringComparer.Ordinal);
        foreach (var change in batches.SelectMany(static batch => batch.Changes))
        {
            if (!changed.TryGetValue(change.Key.Kind, out var names))
            {
                changed[change.Key.Kind] = names = new(StringComparer.Ordinal);
            }

            names[change.Key.Name] = change.Resource;
        }

        var next = new Dictionary<string, KindSet>(kinds, StringComparer.Ordinal);
        foreach (var (kind, names) in changed)
        {
            next[kind] = (next.GetValueOrDefault(kind) ?? KindSet.Empty).With(names, batches[^1].Revision);
        }

        return new(batches[^1].Revision, next, changed.ContainsKey(ResourceKinds.Task) ? null : tasks);
    }

    // A sorted array: found by halving, listed without copying, and changed by one pass.
    private sealed class KindSet(long changed, Resource[] items)
    {
        private object? typed;

        public static KindSet Empty { get; } = new(0, []);

        public long Changed => changed;

        public Resource? Find(string name) => IndexOf(name) is var at and >= 0 ? items[at] : null;

        public IReadOnlyList<T> Of<T>()
            where T : Resource => (IReadOnlyList<T>)(typed ??= Array.ConvertAll(items, static item => (T)item));

        public KindSet With(Dictionary<string, Resource?> changes, long revision)
        {
            var next = items;
            if (changes.All(change => change.Value is not null && IndexOf(change.Key) >= 0))
            {
                next = [.. items];
                foreach (var (name, resource) in changes)
                {
                    next[IndexOf(name)] = resource!;
                }

                return new(revision, next);
            }

            var kept = items.Where(item => !changes.ContainsKey(item.Name)).ToList();
            kept.AddRange(changes.Values.OfType<Resource>());
            next = [.. kept];
            Array.Sort(next, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
            return new(revision, next);
        }

        private int IndexOf(string name)
        {
            var (low, high) = (0, items.Length - 1);
            while (low <= high)
            {
                var middle = (low + high) / 2;
                var order = string.CompareOrdinal(items[middle].Name, name);
                if (order == 0)
                {
                    return middle;
                }

                (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
            }

            return -1;
        }
    }
}
