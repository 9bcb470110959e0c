using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Prefers nodes near to the work that the task wants to be near to, and away from what it wants to be away from.</summary>
/// <remarks>Score: 50 + 50 × (wishes kept − wishes broken) / rules. Rules that are required are a filter and hold under every policy.</remarks>
internal sealed class AffinityPolicy : ScorePolicy
{
    public override string Name => "affinity";

    public override INodeScore Scoring(ClusterState cluster, PlacementRequest request) => new Wishes(request);

    private sealed class Wishes(PlacementRequest request) : INodeScore
    {
        public long Score(ClusterState cluster, int slot) =>
            request.AffinityList.Count == 0 ? 50 : 50 + (50 * cluster.AffinityBalance(slot, request) / request.AffinityList.Count);
    }
}
