using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>The plain scan, for scores that are others with every question: filter, score, keep the best.</summary>
internal static class NodeScan
{
    // A struct for the score lets the compiler inline it into the loop.
    public static (int Slot, long Score) Best<TScore>(ClusterState cluster, PlacementRequest request, NodeRange range, TScore score)
        where TScore : INodeScore
    {
        var models = cluster.ModelsFor(request);
        var best = -1;
        var bestScore = ScoreTree.OutOfTheRace;
        for (var rank = Math.Max(range.From, 0); rank < Math.Min(range.To, cluster.Count); rank++)
        {
            var slot = cluster.SlotAt(rank);
            if (cluster.Check(slot, request, models) is Verdict.Fits && score.Score(cluster, slot) is var candidate && candidate > bestScore)
            {
                (best, bestScore) = (slot, candidate);
            }
        }

        return (best, bestScore);
    }
}
