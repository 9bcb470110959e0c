namespace Datahall.Scheduling.Cluster;

/// <summary>The domains of every level as runs of neighbouring ranks; made anew when nodes come or go.</summary>
internal sealed class TopologyMap
{
    private readonly List<NodeRange>[] domains;
    private readonly int[][] domainOf;

    public TopologyMap(ClusterState cluster)
    {
        var levels = NodeTopology.Levels.Count;
        domains = new List<NodeRange>[levels];
        domainOf = new int[levels][];
        for (var level = 0; level < levels; level++)
        {
            domains[level] = [];
            domainOf[level] = new int[cluster.Count];
            Fill(cluster, level);
        }
    }

    /// <summary>The domains of a level, in the order of their nodes.</summary>
    public IReadOnlyList<NodeRange> Domains(int level) => domains[level];

    /// <summary>The domain of each rank at a level, -1 where none is known. Shape [nodes].</summary>
    public ReadOnlySpan<int> DomainOf(int level) => domainOf[level];

    private void Fill(ClusterState cluster, int level)
    {
        IReadOnlyList<string>? before = null;
        for (var rank = 0; rank < cluster.Count; rank++)
        {
            var path = cluster.Offer(cluster.SlotAt(rank)).Topology;
            if (level >= path.Count || path[level].Length == 0)
            {
                domainOf[level][rank] = -1;
                before = null;
                continue;
            }

            if (before is null || !Same(before, path, level))
            {
                domains[level].Add(new(rank, rank));
                before = path;
            }

            domainOf[level][rank] = domains[level].Count - 1;
            domains[level][^1] = domains[level][^1] with { To = rank + 1 };
        }
    }

    private static bool Same(IReadOnlyList<string> a, IReadOnlyList<string> b, int level)
    {
        for (var i = level; i >= 0; i--)
        {
            if (a[i] != b[i])
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Neighbours in the order of nodes.</summary>
/// <param name="From">The first rank.</param>
/// <param name="To">One more than the last rank.</param>
public readonly record struct NodeRange(int From, int To)
{
    /// <summary>All nodes.</summary>
    public static NodeRange All => new(0, int.MaxValue);

    /// <summary>How many nodes.</summary>
    public int Count => To - From;
}
