namespace Datahall.Model.Manifests.Validation;

/// <summary>What exists once the incoming resources are applied.</summary>
internal sealed class ReferenceSet(
    IReadOnlyList<Resource> incoming, Func<ResourceKey, Resource?> existing, Func<string, IEnumerable<string>> names)
{
    /// <summary>Queues whose ancestors have been walked: in no circle, or in one that is told.</summary>
    public HashSet<string> Walked => field ??= new(StringComparer.Ordinal);

    public T? Find<T>(string kind, string name)
        where T : Resource
    {
        var key = new ResourceKey(kind, name);
        return (Referable.TryGetValue(key, out var found) ? found : existing(key)) as T;
    }

    public bool IsIncoming(ResourceKey key) => Referable.ContainsKey(key);

    public IReadOnlyCollection<string> Names(string kind)
    {
        var all = new SortedSet<string>(names(kind), StringComparer.Ordinal);
        all.UnionWith(Referable.Keys.Where(key => key.Kind == kind).Select(static key => key.Name));
        return all;
    }

    // Only queues, sites, profiles, services and ensembles are referred to: for jobs alone the dictionary stays empty, which costs no array.
    private Dictionary<ResourceKey, Resource> Referable => field ??= CollectReferable();

    private Dictionary<ResourceKey, Resource> CollectReferable()
    {
        var found = new Dictionary<ResourceKey, Resource>();
        for (var i = 0; i < incoming.Count; i++)
        {
            if (incoming[i] is Queue or Site or SchedulerProfile or Service or Ensemble)
            {
                found[incoming[i].Key] = incoming[i];
            }
        }

        return found;
    }
}
