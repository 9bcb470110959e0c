using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Chooses a node among those that can take a task.</summary>
public interface IPlacementPolicy
{
    /// <summary>The name under which users choose it.</summary>
    string Name { get; }

    /// <summary>Chooses among neighbours in the order of nodes; null when none of them can take the task.</summary>
    /// <param name="cluster">What is free.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="range">The nodes to choose among.</param>
    /// <param name="draw">A number that is random for each attempt of each task, and the same when asked again.</param>
    Choice? Choose(ClusterState cluster, PlacementRequest request, NodeRange range, ulong draw);

    /// <summary>Chooses among all nodes; null when none can take the task.</summary>
    /// <param name="cluster">What is free.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="draw">A number that is random for each attempt of each task, and the same when asked again.</param>
    Choice? Choose(ClusterState cluster, PlacementRequest request, ulong draw) => Choose(cluster, request, NodeRange.All, draw);
}

/// <summary>A chosen node.</summary>
/// <param name="Slot">Its slot.</param>
/// <param name="Devices">The chosen devices' indexes.</param>
/// <param name="Score">Its score; what it means is the policy's.</param>
public readonly record struct Choice(int Slot, IReadOnlyList<int> Devices, long Score);
