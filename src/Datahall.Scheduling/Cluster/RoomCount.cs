using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Cluster;

/// <summary>How many copies of a request each node, and each domain of every level, can take. A change costs O(levels).</summary>
/// <remarks>An upper bound for a domain that is exact while only copies of this request are placed: nodes do not share room.</remarks>
internal sealed class RoomCount(ClusterState cluster, PlacementRequest request) : NodeFollower(cluster, request)
{
    private readonly long[][] byDomain = new long[NodeTopology.Levels.Count][];
    private int[] byRank = [];
    private TopologyMap map = cluster.Topology;

    /// <summary>Takes up what changed, before the other members are asked.</summary>
    public void Update() => CatchUp();

    /// <summary>How many copies the whole cluster can take.</summary>
    public long All { get; private set; }

    /// <summary>How many copies each domain of a level can take. Shape [domains].</summary>
    public ReadOnlySpan<long> ByDomain(int level) => byDomain[level];

    /// <inheritdoc/>
    protected override long Refresh() => 0;

    /// <inheritdoc/>
    protected override void Rebuild()
    {
        map = Cluster.Topology;
        byRank = new int[Cluster.Count];
        All = 0;
        for (var level = 0; level < byDomain.Length; level++)
        {
            byDomain[level] = new long[map.Domains(level).Count];
        }

        for (var rank = 0; rank < byRank.Length; rank++)
        {
            Update(Cluster.SlotAt(rank), rank);
        }
    }

    /// <inheritdoc/>
    protected override void Update(int slot, int rank)
    {
        var copies = Cluster.Copies(slot, Request, Models);
        var more = copies - byRank[rank];
        if (more == 0)
        {
            return;
        }

        byRank[rank] = copies;
        All += more;
        for (var level = 0; level < byDomain.Length; level++)
        {
            var domain = map.DomainOf(level)[rank];
            if (domain >= 0)
            {
                byDomain[level][domain] += more;
            }
        }
    }
}
