using System.Collections.Frozen;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>A filter besides those that always hold.</summary>
internal interface INodeFilter
{
    /// <summary>The name under which users choose it.</summary>
    string Name { get; }

    /// <summary>Whether a node that passed all other filters may take the task.</summary>
    bool Admits(ClusterState cluster, int slot, PlacementRequest request);

    /// <summary>Why this many nodes are out.</summary>
    string Text(int nodes);
}

/// <summary>The filters that a profile may add, by name.</summary>
internal static class NodeFilters
{
    private static readonly FrozenDictionary<string, INodeFilter> ByName =
        new INodeFilter[] { new KeepGpuNodes(), new DataLocal() }.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Finds a filter, or null.</summary>
    public static INodeFilter? Find(string name) => ByName.GetValueOrDefault(name);

    private sealed class KeepGpuNodes : INodeFilter
    {
        public string Name => "keep-gpu-nodes";

        public bool Admits(ClusterState cluster, int slot, PlacementRequest request) => request.Devices > 0 || cluster.Uniform[slot] == 0;

        public string Text(int nodes) => nodes == 1 ? "has GPUs and is kept for tasks that use them" : "have GPUs and are kept for tasks that use them";
    }

    private sealed class DataLocal : INodeFilter
    {
        public string Name => "data-local";

        public bool Admits(ClusterState cluster, int slot, PlacementRequest request) =>
            DataPolicy.Held(cluster, slot, request) == request.DataList.Count;

        public string Text(int nodes) => nodes == 1 ? "does not hold the task's data" : "do not hold the task's data";
    }
}
