using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Any node that fits, each as likely as the other; the measure for every better policy.</summary>
internal sealed class RandomPolicy : IPlacementPolicy
{
    public string Name => "random";

    public Choice? Choose(ClusterState cluster, PlacementRequest request, ulong draw) =>
        NodeScan.Best(cluster, request, new Lot(draw), new(SplitMix.Next(draw)));

    // Every node draws a lot and the highest wins: uniform over those that fit, without counting them first.
    private readonly struct Lot(ulong draw) : INodeScore
    {
        public long Score(ClusterState cluster, int slot) => (long)(SplitMix.Next(draw + (ulong)cluster.Rank[slot]) >> 1);
    }
}
