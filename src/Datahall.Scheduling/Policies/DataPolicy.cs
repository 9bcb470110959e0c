using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Prefers nodes that hold the artifacts that the task reads.</summary>
/// <remarks>Score: 100 × artifacts held / artifacts named; 0 for a task that names none.</remarks>
internal sealed class DataPolicy : ScorePolicy
{
    public override string Name => "data";

    public override INodeScore Scoring(ClusterState cluster, PlacementRequest request) => new Share(request);

    /// <summary>How many of the request's artifacts a node holds.</summary>
    internal static int Held(ClusterState cluster, int slot, PlacementRequest request)
    {
        var (held, there) = (0, cluster.Offer(slot).Artifacts);
        for (var i = 0; i < request.DataList.Count; i++)
        {
            held += there.Contains(request.DataList[i]) ? 1 : 0;
        }

        return held;
    }

    private sealed class Share(PlacementRequest request) : INodeScore
    {
        public long Score(ClusterState cluster, int slot) =>
            request.DataList.Count == 0 ? 0 : 100 * Held(cluster, slot, request) / request.DataList.Count;
    }
}
