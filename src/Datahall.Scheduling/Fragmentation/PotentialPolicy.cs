using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Fragmentation;

/// <summary>Places where the free room loses least of its worth, and picks the device of a share by the same measure.</summary>
internal abstract class PotentialPolicy : ScorePolicy
{
    /// <inheritdoc/>
    public override bool PicksDevices => true;

    /// <summary>The potential of a cluster.</summary>
    public abstract NodePotential PotentialOf(ClusterState cluster);

    /// <summary>The score of a placement that changes the potential of its node by so much.</summary>
    protected abstract long Score(NodePotential potential, long gain);

    /// <summary>What decides between nodes of the same score; by default the order of nodes.</summary>
    protected virtual INodeScore? TieBreak(PlacementRequest request) => null;

    /// <inheritdoc/>
    public override INodeScore Scoring(ClusterState cluster, PlacementRequest request) => new Gain(this, PotentialOf(cluster), request, TieBreak(request));

    /// <inheritdoc/>
    public override int PickShare(ClusterState cluster, int slot, PlacementRequest request, ModelFilter models)
    {
        var potential = PotentialOf(cluster);
        return BestShare(potential, cluster, slot, request, models, potential.At(cluster, slot)).Device;
    }

    // The lowest index among equals; a device as free as an earlier one of its model cannot be better than that.
    private (int Device, long Score) BestShare(
        NodePotential potential, ClusterState cluster, int slot, PlacementRequest request, ModelFilter models, long before)
    {
        var free = cluster.DevicesFree(slot);
        var ids = cluster.DeviceModelsOf(slot);
        var (best, bestScore) = (-1, long.MinValue);
        for (var d = 0; d < free.Length; d++)
        {
            if (free[d] < request.MilliPerDevice || !models.Allows(ids[d]) || SeenBefore(free, ids, d))
            {
                continue;
            }

            var score = Score(potential, potential.AfterShare(cluster, slot, request, d) - before);
            (best, bestScore) = score > bestScore ? (d, score) : (best, bestScore);
        }

        return (best, bestScore);
    }

    private static bool SeenBefore(ReadOnlySpan<int> free, ReadOnlySpan<int> ids, int device)
    {
        for (var d = 0; d < device; d++)
        {
            if (free[d] == free[device] && ids[d] == ids[device])
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Gain(PotentialPolicy policy, NodePotential potential, PlacementRequest request, INodeScore? tieBreak) : INodeScore
    {
        // Room for a tie-break from 0 to 127 below each step of the score.
        private const int TieBits = 7;

        private ModelFilter models;

        public long Refresh(ClusterState cluster) => potential.Refresh(cluster);

        public void Prepare(ClusterState cluster)
        {
            models = cluster.ModelsFor(request);
            tieBreak?.Prepare(cluster);
        }

        public long Score(ClusterState cluster, int slot)
        {
            var before = potential.At(cluster, slot);
            var score = request is { Devices: > 0, MilliPerDevice: < 1000 }
                ? policy.BestShare(potential, cluster, slot, request, models, before).Score
                : policy.Score(potential, potential.AfterWhole(cluster, slot, request, models) - before);
            return tieBreak is null ? score : (score << TieBits) + Math.Clamp(tieBreak.Score(cluster, slot), 0, (1 << TieBits) - 1);
        }
    }
}
