using Datahall.Control.Energy;
using Datahall.Control.Incidents;
using Datahall.Control.Placing;
using Datahall.Control.Tasks;
using Datahall.Model;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Durations;
using Datahall.Scheduling.Fragmentation;
using Datahall.Scheduling.Ordering;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Core;

/// <summary>Everything that can be derived from the resources: who owns what, what is free, what waits, what is due.</summary>
internal sealed class CoreIndexes
{
    private readonly bool learns;
    private EnergyPriceIndex prices = new(EnergyPriceList.None);
    private readonly Dictionary<ResourceKey, OwnedTasks> byOwner = [];
    private readonly SortedDictionary<string, TaskResource> draining = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<string, TaskResource>> byNode = new(StringComparer.Ordinal);

    /// <summary>Makes empty indexes.</summary>
    /// <param name="mix">What kinds of tasks to expect; null: like those that are known.</param>
    public CoreIndexes(WorkloadMix? mix)
    {
        learns = mix is null;
        Cluster.Mix = mix ?? Cluster.Mix;
    }

    /// <summary>What tasks ask for.</summary>
    public RequestCache Requests { get; } = new();

    /// <summary>What is free on every node.</summary>
    public ClusterState Cluster { get; } = new();

    /// <summary>What each queue holds.</summary>
    public QueueLedger Queues { get; } = new();

    /// <summary>What the nodes have together, those that do not answer too.</summary>
    public ResourceTotals Capacity { get; } = new();

    /// <summary>How long jobs ran, of those that succeeded and are still kept.</summary>
    public DurationHistory Durations { get; } = new();

    /// <summary>What those same jobs teach about how much longer others will run.</summary>
    public ServiceCurve Curve { get; } = new();

    /// <summary>Counts changes of what the nodes have.</summary>
    public long CapacityVersion { get; private set; }

    /// <summary>What runs, by queue and priority.</summary>
    public RunningIndex Running { get; } = new();

    /// <summary>What is being stopped.</summary>
    public StopIndex Stops { get; } = new();

    /// <summary>The gangs, and which of them wait.</summary>
    public GangIndex Gangs { get; } = new();

    /// <summary>The services whose number of replicas follows their load, by name.</summary>
    public SortedSet<string> Autoscaled { get; } = new(StringComparer.Ordinal);

    /// <summary>The incidents, and who has which alert.</summary>
    public IncidentIndex Incidents { get; } = new();

    /// <summary>What is due when.</summary>
    public Timers Timers { get; } = new();

    /// <summary>What a watt costs where.</summary>
    public EnergyPriceList EnergyPrices => prices.List;

    /// <summary>An owner's tasks, by version and rank.</summary>
    public OwnedTasks TasksOf(ResourceKey owner) => byOwner.GetValueOrDefault(owner) ?? OwnedTasks.None;

    /// <summary>Replicas that are to be stopped and still have requests, by name.</summary>
    public IReadOnlyCollection<TaskResource> Draining => draining.Values;

    /// <summary>The tasks that hold something of a node, by name.</summary>
    public IReadOnlyCollection<TaskResource> TasksOn(string node) =>
        byNode.TryGetValue(node, out var tasks) ? tasks.Values : [];

    /// <summary>Gives the nodes other energy prices; those that come later get theirs when they come.</summary>
    public void Price(EnergyPriceList list, IEnumerable<Node> nodes)
    {
        if (ReferenceEquals(list, prices.List))
        {
            return;
        }

        prices = new(list);
        foreach (var node in nodes)
        {
            Cluster.SetEnergyPrice(node.Name, prices.Of(node));
        }
    }

    /// <summary>What a watt more on a node costs the whole facility, in watts.</summary>
    public double PriceOf(Node node) => prices.Of(node);

    /// <summary>Takes up one change.</summary>
    public void Change(Resource? before, Resource? after)
    {
        switch (after ?? before)
        {
            case TaskResource:
                ChangeTask((TaskResource?)before, (TaskResource?)after);
                break;
            case Node:
                ChangeNode((Node?)before, (Node?)after);
                break;
            case Job:
                ChangeJob((Job?)before, (Job?)after);
                break;
            case Service { Spec.Autoscale: not null } service when after is not null:
                Autoscaled.Add(service.Name);
                break;
            case Service service:
                Autoscaled.Remove(service.Name);
                break;
            case Incident:
                Incidents.Change((Incident?)before, (Incident?)after);
                break;
            case Queue queue when after is not null:
                Queues.Put(queue.Name, ((Queue)after).Spec);
                break;
            case Queue queue:
                Queues.Remove(queue.Name);
                break;
        }

        Timers.Change(before, after);
    }

    private void ChangeJob(Job? before, Job? after)
    {
        var (was, now) = (RunTimes.Sample(before), RunTimes.Sample(after));
        if (was == now)
        {
            return;
        }

        if (was is { } old)
        {
            Durations.Remove(old);
            Curve.Forget(old.Gpus, old.Seconds);
        }

        if (now is { } run)
        {
            Durations.Add(run);
            Curve.Ran(run.Gpus, 0, run.Seconds);
            Curve.Ended(run.Gpus, run.Seconds);
        }

        Curve.Refresh();
    }

    private void ChangeTask(TaskResource? before, TaskResource? after)
    {
        ChangeDraining(before, after);
        var held = before is not null && before.HoldsPlace();
        var holds = after is not null && after.HoldsPlace();
        ChangeHolding(before, held, after, holds);
        if (learns && (before is null || after is null))
        {
            LearnTask(before, after);
        }

        ChangeByNode(before, held, after, holds);
        ChangeByOwner(before, after);
        Gangs.Change(before, after);
        Stops.Change(before, after);
    }

    private void ChangeHolding(TaskResource? before, bool held, TaskResource? after, bool holds)
    {
        if (!(held && holds && ReferenceEquals(before!.Status.Placement, after!.Status.Placement) && before.Spec.Priority == after.Spec.Priority))
        {
            if (held)
            {
                Cluster.Give(before!.Holding());
                Queues.Give(before!.Spec.Queue, Charge.Of(before.Spec.Template.Resources, before.Status.Placement!));
                Running.Change(before, -1);
            }

            if (holds)
            {
                Cluster.Take(after!.Holding());
                Queues.Take(after!.Spec.Queue, Charge.Of(after.Spec.Template.Resources, after.Status.Placement!));
                Running.Change(after, +1);
            }
        }
    }

    private void ChangeDraining(TaskResource? before, TaskResource? after)
    {
        if (after?.Status.Drain is not null)
        {
            draining[after.Name] = after;
        }
        else if (before?.Status.Drain is not null)
        {
            draining.Remove(before.Name);
        }
    }

    // Tasks that have ended count for as long as they are kept: what ran lately is what is expected to come.
    private void LearnTask(TaskResource? before, TaskResource? after)
    {
        if (after is not null)
        {
            Cluster.Mix.Add(Requests.Of(after.Spec.Template));
        }
        else
        {
            Cluster.Mix.Remove(Requests.Of(before!.Spec.Template));
        }
    }

    private void ChangeByNode(TaskResource? before, bool held, TaskResource? after, bool holds)
    {
        if (held && (!holds || after!.Status.Placement!.Node != before!.Status.Placement!.Node))
        {
            byNode[before!.Status.Placement!.Node].Remove(before.Name);
        }

        if (holds)
        {
            var node = after!.Status.Placement!.Node;
            if (!byNode.TryGetValue(node, out var tasks))
            {
                byNode[node] = tasks = new(StringComparer.Ordinal);
            }

            tasks[after.Name] = after;
        }
    }

    private void ChangeByOwner(TaskResource? before, TaskResource? after)
    {
        var owner = (after ?? before)!.Spec.Owner;
        if (!byOwner.TryGetValue(owner, out var owned))
        {
            byOwner[owner] = owned = new();
        }

        owned.Change(before, after);
        if (owned.Count == 0)
        {
            byOwner.Remove(owner);
        }
    }

    private void ChangeCapacity(NodeCapacity? before, NodeCapacity? after)
    {
        if (ReferenceEquals(before, after))
        {
            return;
        }

        CapacityVersion++;
        if (before is not null)
        {
            Capacity.Subtract(before);
        }

        if (after is not null)
        {
            Capacity.Add(after);
        }
    }

    private void ChangeNode(Node? before, Node? after)
    {
        ChangeCapacity(before?.Status?.Capacity, after?.Status?.Capacity);
        if (after?.Status?.Capacity is { } capacity)
        {
            var labels = LabelsOf(after);
            Cluster.Put(new(after.Name, capacity, OfferOf(after), labels, after.Spec.Taints)
            {
                Topology = NodeTopology.Of(after.Spec.Location, labels),
                Artifacts = after.Spec.Artifacts.ToHashSet(StringComparer.Ordinal),
            });
            Cluster.SetEnergyPrice(after.Name, prices.Of(after));
            if (before?.Status?.Capacity is null)
            {
                // Tasks may be known before their node is: a node that was deleted by force and came back.
                foreach (var task in TasksOn(after.Name))
                {
                    Cluster.Take(task.Holding());
                }
            }
        }
        else if (before?.Status?.Capacity is not null)
        {
            Cluster.Remove(before.Name);
        }
    }

    private static OfferState OfferOf(Node node) => (node.Status!.Phase, node.Spec.Mode) switch
    {
        (NodePhase.Asleep, _) or (NodePhase.Ready, _) when node.Status.Power is not PowerState.Awake => OfferState.Asleep,
        (NodePhase.Ready, _) when node.Spec.Power is PowerMode.Asleep => OfferState.Draining,
        (NodePhase.Leaving, _) or (NodePhase.Ready, NodeMode.Draining) => OfferState.Draining,
        (NodePhase.Ready, NodeMode.Cordoned) => OfferState.Cordoned,
        (NodePhase.Ready, _) => OfferState.Open,
        _ => OfferState.NotReady,
    };

    private static IReadOnlyDictionary<string, string> LabelsOf(Node node)
    {
        if (node.Status!.Labels.Count == 0)
        {
            return node.Labels;
        }

        var labels = new Dictionary<string, string>(node.Status.Labels);
        foreach (var (key, value) in node.Labels)
        {
            labels[key] = value;
        }

        return labels;
    }
}
