using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Any node that fits, each as likely as the other; the measure for every better policy.</summary>
internal sealed class RandomPolicy : IPlacementPolicy
{
    public string Name => "random";

    public Choice? Choose(ClusterState cluster, PlacementRequest request, NodeRange range, ulong draw)
    {
        var (slot, score) = NodeScan.Best(cluster, request, range, new Lot(draw));
        return slot < 0 ? null : new(slot, Pick(cluster, slot, request, SplitMix.Next(draw)), score);
    }

    private static IReadOnlyList<int> Pick(ClusterState cluster, int slot, PlacementRequest request, ulong draw) => request switch
    {
        { Devices: 0 } => [],
        { MilliPerDevice: >= 1000 } => cluster.PickWhole(slot, request, cluster.ModelsFor(request)),
        _ => DeviceSets.Of(cluster.PickAny(slot, request, cluster.ModelsFor(request), draw)),
    };

    // Every node draws a lot and the highest wins: uniform over those that fit, without counting them first.
    private readonly struct Lot(ulong draw) : INodeScore
    {
        public long Score(ClusterState cluster, int slot) => (long)(SplitMix.Next(draw + (ulong)cluster.Rank[slot]) >> 1);
    }
}
