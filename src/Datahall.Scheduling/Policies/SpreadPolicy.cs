using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Spreads work: the node where most is left over wins, so that a lost node takes little with it.</summary>
/// <remarks>Score: 100 less the score of best-fit.</remarks>
internal sealed class SpreadPolicy : ScorePolicy
{
    public override string Name => "spread";

    public override INodeScore Scoring(ClusterState cluster, PlacementRequest request) => new Spread(new(request));

    private sealed class Spread(BestFitPolicy.Fit fit) : INodeScore
    {
        public void Prepare(ClusterState cluster) => fit.Prepare(cluster);

        public long Score(ClusterState cluster, int slot) => 100 - fit.Score(cluster, slot);
    }
}
