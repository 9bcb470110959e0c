using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Cluster;

/// <summary>The nodes' scores for one request, as a tournament: the best is at the root, and a change costs O(log nodes).</summary>
/// <remarks>
/// A placement changes one node, so asking again for the same request need not look at the others. Leaves stand in the order of names, and the
/// leftmost of equals wins. What changed since the last question is taken up when the next one comes; when that is much, all is counted anew.
/// </remarks>
internal sealed class ScoreTree(ClusterState cluster, PlacementRequest request, Func<ClusterState, PlacementRequest, INodeScore> scoring)
{
    /// <summary>The score of a node that cannot take the task.</summary>
    private const long OutOfTheRace = long.MinValue;

    private long[] scores = [];
    private int leaves;
    private int[] models = [];
    private INodeScore score = scoring(cluster, request);
    private long takenUp = -1;
    private long layout = -1;

    /// <summary>The slot with the highest score, and the score; -1 when no node can take the task.</summary>
    public (int Slot, long Score) Best()
    {
        CatchUp();
        if (leaves == 0 || scores[1] == OutOfTheRace)
        {
            return (-1, 0);
        }

        var place = 1;
        while (place < leaves)
        {
            place *= 2;
            place += scores[place] == scores[place / 2] ? 0 : 1;
        }

        return (cluster.SlotAt(place - leaves), scores[1]);
    }

    /// <summary>The models that will do.</summary>
    public ReadOnlySpan<int> Models => models;

    private void CatchUp()
    {
        if (layout != cluster.Layout || !cluster.TryChangesSince(takenUp, out var changes) || changes.Length > cluster.Count / 8)
        {
            Rebuild();
        }
        else
        {
            foreach (var slot in changes)
            {
                Update(slot);
            }
        }

        takenUp = cluster.Version;
    }

    private void Update(int slot)
    {
        if (!cluster.Has(slot))
        {
            return; // Gone since; the layout has changed with it.
        }

        var place = leaves + cluster.Rank[slot];
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

    private void Rebuild()
    {
        layout = cluster.Layout;
        score = scoring(cluster, request);
        models = cluster.ModelIds(request);
        leaves = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(cluster.Count, 1));
        if (scores.Length != leaves * 2)
        {
            scores = new long[leaves * 2];
        }

        scores.AsSpan(leaves).Fill(OutOfTheRace);
        for (var rank = 0; rank < cluster.Count; rank++)
        {
            scores[leaves + rank] = ScoreOf(cluster.SlotAt(rank));
        }

        for (var place = leaves - 1; place > 0; place--)
        {
            scores[place] = Math.Max(scores[place * 2], scores[(place * 2) + 1]);
        }
    }

    private long ScoreOf(int slot) =>
        cluster.Check(slot, request, models) is Verdict.Fits ? score.Score(cluster, slot) : OutOfTheRace;
}

/// <summary>Scores a node that can take a task; the highest score wins, and the smaller name among equals.</summary>
internal interface INodeScore
{
    long Score(ClusterState cluster, int slot);
}
