using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Prefers nodes where the task's power costs the facility least.</summary>
/// <remarks>
/// Cost: the node's energy price (watts of the whole facility for one watt more there) × the task's expected watts. Score: 100 × 1000 W / (1000 W + cost), so that 1 kW halves
/// it. All nodes are equal until prices are supplied.
/// </remarks>
internal sealed class EnergyPolicy : ScorePolicy
{
    // Scores are kept in millionths: prices of neighbours differ by less than a thousandth.
    private const double Scale = 1_000_000;
    private const double HalvingWatts = 1000;

    public override string Name => "energy";

    public override double Points(long score) => Math.Clamp(score / Scale, 0, 100);

    public override INodeScore Scoring(ClusterState cluster, PlacementRequest request) => new Cost(request.ExpectedWatts);

    private sealed class Cost(double watts) : INodeScore
    {
        public long Score(ClusterState cluster, int slot) =>
            (long)(100 * Scale * HalvingWatts / (HalvingWatts + Math.Max(0, cluster.EnergyPrice[slot] * watts)));
    }
}
