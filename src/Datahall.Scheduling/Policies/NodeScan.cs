using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>The plain scan, for scores that are others with every question: filter, score, keep the best.</summary>
internal static class NodeScan
{
    // A struct for the score lets the compiler inline it into the loop.
    public static Choice? Best<TScore>(ClusterState cluster, PlacementRequest request, TScore score, DevicePick pick)
        where TScore : struct, INodeScore
    {
        var models = cluster.ModelIds(request);
        var rank = cluster.Rank;
        var best = -1;
        var bestScore = long.MinValue;
        for (var slot = 0; slot < rank.Length; slot++)
        {
            if (cluster.Check(slot, request, models) is not Verdict.Fits)
            {
                continue;
            }

            var candidate = score.Score(cluster, slot);
            if (candidate > bestScore || (candidate == bestScore && rank[slot] < rank[best]))
            {
                (best, bestScore) = (slot, candidate);
            }
        }

        return best < 0 ? null : new(best, cluster.PickDevices(best, request, models, pick), bestScore);
    }
}
