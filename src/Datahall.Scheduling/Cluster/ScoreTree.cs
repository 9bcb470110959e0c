using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Cluster;

/// <summary>The nodes' scores for one request, as a tournament: the best is at the root, and a change costs O(log nodes).</summary>
/// <remarks>
/// A placement changes one node, so asking again for the same request need not look at the others. Leaves stand in the order of nodes (topology,
/// then name), and the leftmost of equals wins. What changed since the last question is taken up when the next one comes; when that is much, all
/// is counted anew.
/// </remarks>
internal sealed class ScoreTree(ClusterState cluster, PlacementRequest request, Func<ClusterState, PlacementRequest, INodeScore> scoring)
    : NodeFollower(cluster, request)
{
    /// <summary>The score of a node that cannot take the task.</summary>
    public const long OutOfTheRace = long.MinValue;

    private readonly INodeScore score = scoring(cluster, request);
    private long[] scores = [];
    private int leaves;

    /// <summary>The slot with the highest score in a range, and the score; -1 when no node there can take the task. O(log nodes).</summary>
    public (int Slot, long Score) Best(NodeRange range)
    {
        CatchUp();
        var winner = range.From <= 0 && range.To >= Cluster.Count ? 1 : Winner(Math.Max(range.From, 0), Math.Min(range.To, Cluster.Count));
        if (leaves == 0 || winner == 0 || scores[winner] == OutOfTheRace)
        {
            return (-1, 0);
        }

        var best = scores[winner];
        while (winner < leaves)
        {
            winner *= 2;
            winner += scores[winner] == best ? 0 : 1;
        }

        return (Cluster.SlotAt(winner - leaves), best);
    }

    /// <inheritdoc/>
    protected override long Refresh() => score.Refresh(Cluster);

    /// <inheritdoc/>
    protected override void Update(int slot, int rank)
    {
        var place = leaves + rank;
        scores[place] = ScoreOf(slot);
        for (place /= 2; place > 0; place /= 2)
        {
            var best = Math.Max(scores[place * 2], scores[(place * 2) + 1]);
            if (scores[place] == best)
            {
                return;
            }

            scores[place] = best;
        }
    }

    /// <inheritdoc/>
    protected override void Rebuild()
    {
        leaves = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(Cluster.Count, 1));
        if (scores.Length != leaves * 2)
        {
            scores = new long[leaves * 2];
        }

        score.Prepare(Cluster);
        scores.AsSpan(leaves).Fill(OutOfTheRace);
        for (var rank = 0; rank < Cluster.Count; rank++)
        {
            scores[leaves + rank] = ScoreOf(Cluster.SlotAt(rank));
        }

        for (var place = leaves - 1; place > 0; place--)
        {
            scores[place] = Math.Max(scores[place * 2], scores[(place * 2) + 1]);
        }
    }

    private long ScoreOf(int slot) =>
        Cluster.Check(slot, Request, Models) is Verdict.Fits ? score.Score(Cluster, slot) : OutOfTheRace;

    // The subtrees that cover the range, from both ends inwards; among equals the one further left.
    private int Winner(int from, int to)
    {
        var (left, right, winner, height) = (0, 0, 0, 0);
        for (int l = from + leaves, r = to + leaves; l < r; l /= 2, r /= 2, height++)
        {
            if ((l & 1) == 1)
            {
                left = left == 0 || scores[l] > scores[left] ? l : left;
                l++;
            }

            if ((r & 1) == 1)
            {
                r--;
                right = right == 0 || scores[r] >= scores[right] ? r : right;
            }
        }

        winner = left == 0 || (right != 0 && scores[right] > scores[left]) ? right : left;
        return winner;
    }
}

/// <summary>Scores a node that can take a task; the highest score wins, and the earlier in the order of nodes among equals.</summary>
internal interface INodeScore
{
    /// <summary>The score of a node that passed the filters; <see cref="ScoreTree.OutOfTheRace"/> when a filter of the profile's own keeps the task away.</summary>
    long Score(ClusterState cluster, int slot);

    /// <summary>Brings up to date what all scores are measured by, and says which edition of it is in force.</summary>
    long Refresh(ClusterState cluster) => 0;

    /// <summary>Called before every node is scored anew.</summary>
    void Prepare(ClusterState cluster)
    {
    }
}
