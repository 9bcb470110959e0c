using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Cluster;

/// <summary>Something kept for each node in the order of nodes that takes up what changed since it was last asked.</summary>
internal abstract class NodeFollower(ClusterState cluster, PlacementRequest request)
{
    private long takenUp = -1;
    private long layout = -1;
    private long edition = -1;

    protected ClusterState Cluster => cluster;

    protected PlacementRequest Request => request;

    /// <summary>The models that will do.</summary>
    public ModelFilter Models { get; private set; }

    /// <summary>Which edition of the things that scores are measured by is in force; a new one makes all be counted anew.</summary>
    protected abstract long Refresh();

    /// <summary>Counts every node.</summary>
    protected abstract void Rebuild();

    /// <summary>Counts one node that changed.</summary>
    protected abstract void Update(int slot, int rank);

    protected void CatchUp()
    {
        var current = Refresh();
        if (edition != current || layout != cluster.Layout || !cluster.TryChangesSince(takenUp, out var changes) || changes.Length > Math.Max(64, cluster.Count / 2))
        {
            Models = cluster.ModelsFor(request);
            Rebuild();
            (layout, edition) = (cluster.Layout, current);
        }
        else
        {
            Follow(changes);
        }

        takenUp = cluster.Version;
    }

    private void Follow(ReadOnlySpan<int> changes)
    {
        if (changes.Length == 1)
        {
            Update(changes[0], cluster.Rank[changes[0]]);
            return;
        }

        // A node that was filled by several tasks stands there several times.
        cluster.BeginMarks();
        foreach (var slot in changes)
        {
            if (cluster.Mark(slot) && cluster.Has(slot))
            {
                Update(slot, cluster.Rank[slot]);
            }
        }
    }
}
