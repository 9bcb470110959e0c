using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Quota;

namespace Datahall.Scheduling.Batch;

/// <summary>Everything that is needed to think about placements beside the core: the nodes with what is taken of them, what waits, and what may be moved.</summary>
/// <param name="Revision">The revision it was read at.</param>
/// <param name="Nodes">The nodes and what is held of each, room that is reserved included; by name.</param>
/// <param name="Queues">The queues with a limit, and what they hold.</param>
/// <param name="Waiting">The gangs that wait and could be placed now, in the order in which the core tries them.</param>
/// <param name="Movable">The running work that may be moved now.</param>
public sealed record PlacementProblem(
    long Revision, IReadOnlyList<NodeRoom> Nodes, IReadOnlyList<QueueRoom> Queues, IReadOnlyList<WaitingGang> Waiting, IReadOnlyList<MovableTask> Movable)
{
    /// <summary>The ledger of free room, made from <see cref="Nodes"/>.</summary>
    public ClusterState ToCluster()
    {
        var cluster = new ClusterState();
        foreach (var node in Nodes)
        {
            cluster.Put(node.Offer);
            cluster.SetEnergyPrice(node.Offer.Name, node.EnergyPrice);
            foreach (var holding in node.Held)
            {
                cluster.Take(holding);
            }
        }

        return cluster;
    }
}

/// <summary>A node and what is held of it.</summary>
/// <param name="Offer">The node.</param>
/// <param name="Held">What is held.</param>
public sealed record NodeRoom(NodeOffer Offer, IReadOnlyList<Holding> Held)
{
    /// <summary>What a watt more on it costs the whole facility, in watts.</summary>
    public double EnergyPrice { get; init; }
}

/// <summary>A queue that limits what work in it and below it holds.</summary>
/// <param name="Name">The queue.</param>
/// <param name="Left">What may still be taken; <see cref="long.MaxValue"/> where there is no limit.</param>
public sealed record QueueRoom(string Name, Amount Left);

/// <summary>A gang that waits.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Line">Its queue and those above, itself first.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Tasks">Its tasks, all of which start together.</param>
public sealed record WaitingGang(string Id, IReadOnlyList<string> Line, int Priority, IReadOnlyList<WaitingTask> Tasks);

/// <summary>A task that waits.</summary>
/// <param name="Name">The task.</param>
/// <param name="Request">What it asks.</param>
public sealed record WaitingTask(string Name, PlacementRequest Request);

/// <summary>A running task that is its own gang and may be moved.</summary>
/// <param name="Name">The task.</param>
/// <param name="Request">What it asks.</param>
/// <param name="Holding">What it holds.</param>
/// <param name="WorkLost">What moving it would throw away, in device-seconds.</param>
/// <param name="Owner">The job or service; of a service no more than <paramref name="OwnerBudget"/> may be moved at once.</param>
/// <param name="OwnerBudget">How many tasks of the owner may be away now.</param>
public sealed record MovableTask(string Name, PlacementRequest Request, Holding Holding, double WorkLost, string Owner, int OwnerBudget);
