using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Fragmentation;

/// <summary>Places where the free room loses least of what the tasks still to come could make of it.</summary>
/// <remarks>
/// The worth of a node is <see cref="ExpectedWorth"/>. Score: −round(loss / 20), loss in thousandths of a device; best-fit decides among equals, and alone while
/// no mix of tasks is known.
/// </remarks>
internal sealed class ForesightPolicy : PotentialPolicy
{
    // Prices are estimates: losses closer than this are taken as equal.
    private const double StepMilli = 20;

    // Half of the points at a loss of one device.
    private const double HalvingMilli = 1000;

    public override string Name => "foresight";

    public override NodePotential PotentialOf(ClusterState cluster) => cluster.Memory(this, static _ => new ExpectedWorth());

    public override double Points(long score) => 100 * HalvingMilli / (HalvingMilli + Math.Max(0, -score / 128.0 * StepMilli));

    protected override long Score(NodePotential potential, long gain) => (long)Math.Floor((gain / (ExpectedWorth.PerMilli * StepMilli)) + 0.5);

    protected override INodeScore? TieBreak(PlacementRequest request) => new BestFitPolicy.Fit(request);
}
