using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>The nodes that can take a task, by score: what a policy would say if it were asked for more than its first choice.</summary>
/// <param name="Fitting">How many can take it.</param>
/// <param name="Best">The best of them, and the node that was asked about, best first.</param>
public sealed record NodeRanking(int Fitting, IReadOnlyList<RankedNode> Best)
{
    /// <summary>Ranks all nodes. O(nodes log nodes): for people, not for placements.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="cluster">What is free.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="node">A node to name in any case.</param>
    /// <param name="count">How many of the best to name.</param>
    public static NodeRanking Of(IPlacementPolicy policy, ClusterState cluster, PlacementRequest request, string node, int count)
    {
        var score = (policy as ScorePolicy)?.Scoring(cluster, request);
        score?.Refresh(cluster);
        score?.Prepare(cluster);
        var models = cluster.ModelsFor(request);
        var fitting = new List<(int Slot, long Score)>();
        for (var rank = 0; rank < cluster.Count; rank++)
        {
            var slot = cluster.SlotAt(rank);
            if (cluster.Check(slot, request, models) is Verdict.Fits && (score?.Score(cluster, slot) ?? 0) is var points && points != ScoreTree.OutOfTheRace)
            {
                fitting.Add((slot, points));
            }
        }

        var ranked = fitting.OrderByDescending(f => f.Score).ThenBy(f => cluster.Rank[f.Slot]).ToList();
        var named = ranked.Take(count).Concat(ranked.Skip(count).Where(f => cluster.Offer(f.Slot).Name == node));
        return new(fitting.Count, [.. named.Select(f => Name(policy, cluster, request, f))]);
    }

    private static RankedNode Name(IPlacementPolicy policy, ClusterState cluster, PlacementRequest request, (int Slot, long Score) node) => new(
        cluster.Offer(node.Slot).Name,
        node.Score,
        policy is WeightedPolicy weighted ? weighted.PartsOf(cluster, node.Slot, request) : []);
}

/// <summary>A node that can take a task.</summary>
/// <param name="Name">The node.</param>
/// <param name="Score">Its score; higher is better, and what it means is the policy's.</param>
/// <param name="Parts">Of a profile with several scores: the points from 0 to 100 that each gives.</param>
public sealed record RankedNode(string Name, long Score, IReadOnlyList<WeightedScore> Parts);
