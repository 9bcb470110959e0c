using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Scheduling.Fragmentation;

namespace Datahall.Control.Core;

/// <summary>The resources, and what is derived from them.</summary>
/// <remarks>
/// Every durable change goes through <see cref="Put"/> and <see cref="Remove"/>, which keep the indexes in step and a journal for the
/// batch and for undo. So the indexes of a core that ran for months and of one just loaded from the store are the same.
/// </remarks>
internal sealed class CoreState
{
    private readonly Dictionary<ResourceKey, Resource> resources = [];
    private readonly Dictionary<ResourceKey, Resource?> journal = [];
    private readonly List<ControlEvent> events = [];
    private long eventsBeforeStep;

    public CoreState(CoreStart start, DateTimeOffset now, WorkloadMix? mix)
    {
        Indexes = new(mix);
        Indexes.Price(start.EnergyPrices, []);
        Revision = start.Revision;
        LastEvent = start.LastEvent;
        Now = now;
        foreach (var kind in ResourceKinds.All)
        {
            foreach (var resource in start.Resources.Where(r => r.Kind == kind).OrderBy(r => r.Name, StringComparer.Ordinal))
            {
                resources[resource.Key] = resource;
                Indexes.Change(null, resource);
            }
        }
    }

    /// <summary>The revision of the last step that changed something.</summary>
    public long Revision { get; private set; }

    /// <summary>The revision that this step makes if it changes something.</summary>
    public long NextRevision => Revision + 1;

    /// <summary>The sequence of the last event.</summary>
    public long LastEvent { get; private set; }

    /// <summary>The time of this step.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>What is derived from the resources.</summary>
    public CoreIndexes Indexes { get; }

    /// <summary>What this step still has to look at.</summary>
    public Agenda Agenda { get; } = new();

    public IEnumerable<Resource> All => resources.Values;

    public Resource? Find(ResourceKey key) => resources.GetValueOrDefault(key);

    public T? Find<T>(string kind, string name)
        where T : Resource => (T?)resources.GetValueOrDefault(new(kind, name));

    public TaskResource? Task(string name) => Find<TaskResource>(ResourceKinds.Task, name);

    public Node? Node(string name) => Find<Node>(ResourceKinds.Node, name);

    public Job? Job(string name) => Find<Job>(ResourceKinds.Job, name);

    public Service? Service(string name) => Find<Service>(ResourceKinds.Service, name);

    public void Begin(DateTimeOffset now)
    {
        Now = now;
        eventsBeforeStep = LastEvent;
        journal.Clear();
        events.Clear();
        Agenda.Clear();
    }

    /// <summary>Makes or changes a resource.</summary>
    public void Put(Resource resource)
    {
        var after = resource with { Revision = NextRevision, Created = resource.Created ?? Now, Generation = Math.Max(resource.Generation, 1) };
        var before = Replace(after.Key, after);
        Agenda.Note(before, after);
    }

    /// <summary>Removes a resource.</summary>
    public void Remove(ResourceKey key)
    {
        var before = Replace(key, null);
        if (before is not null)
        {
            Agenda.Note(before, null);
        }
    }

    /// <summary>Says what happened.</summary>
    public void Emit(ResourceKey about, string reason, string message, EventSeverity severity = EventSeverity.Normal) =>
        events.Add(new(++LastEvent, Now, about, severity, reason, message));

    /// <summary>Says that something happened that somebody may want to look at.</summary>
    public void Warn(ResourceKey about, string reason, string message) => Emit(about, reason, message, EventSeverity.Warning);

    /// <summary>Closes the step.</summary>
    /// <returns>What to commit; null when nothing durable changed.</returns>
    public WriteBatch? End()
    {
        var changes = new List<Change>(journal.Count);
        foreach (var (key, before) in journal)
        {
            var after = resources.GetValueOrDefault(key);
            if (before is not null || after is not null)
            {
                changes.Add(new(key, before?.Revision ?? 0, after));
            }
        }

        if (changes.Count == 0 && events.Count == 0)
        {
            return null;
        }

        Revision++;
        return new(Revision, changes, [.. events]);
    }

    /// <summary>Puts everything back as it was before the step.</summary>
    public void Undo(WriteBatch? batch)
    {
        foreach (var (key, before) in journal.Reverse().ToList())
        {
            Swap(key, before);
        }

        if (batch is not null)
        {
            Revision = batch.Revision - 1;
        }

        LastEvent = eventsBeforeStep;
        journal.Clear();
        events.Clear();
    }

    private Resource? Replace(ResourceKey key, Resource? after)
    {
        var before = Swap(key, after);
        journal.TryAdd(key, before);
        return before;
    }

    private Resource? Swap(ResourceKey key, Resource? after)
    {
        resources.TryGetValue(key, out var before);
        if (after is null)
        {
            resources.Remove(key);
        }
        else
        {
            resources[key] = after;
        }

        Indexes.Change(before, after);
        return before;
    }
}
