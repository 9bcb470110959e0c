using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Has no opinion on single tasks: the narrowest domain for a gang is found before its members are scored.</summary>
/// <remarks>It lets a profile name topology beside its other scores; see <see cref="GangPlacer"/>.</remarks>
internal sealed class TopologyPolicy : ScorePolicy
{
    public override string Name => "topology";

    public override INodeScore Scoring(ClusterState cluster, PlacementRequest request) => new Nothing();

    private sealed class Nothing : INodeScore
    {
        public long Score(ClusterState cluster, int slot) => 0;
    }
}
