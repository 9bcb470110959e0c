using Datahall.Scheduling.Cluster;

namespace Datahall.Scheduling.Fragmentation;

/// <summary>Fragmentation gradient descent (FGD): places where the expected fragmentation grows least.</summary>
/// <remarks>
/// Score: floor(100 / (1 + exp(−d/1000))), where d is how much the node's expected fragmentation falls, in thousandths of a device. The step between scores
/// matters as much as the measure: with finer steps ties are broken by crumbs and the result is worse than best-fit.
/// Source: Weng et al., "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient Descent", USENIX ATC 2023.
/// </remarks>
internal sealed class FragmentationPolicy : PotentialPolicy
{
    public override string Name => "fragmentation";

    public override NodePotential PotentialOf(ClusterState cluster) => cluster.Memory(this, static _ => new ExpectedFragmentation());

    protected override long Score(NodePotential potential, long gain) =>
        (long)Math.Floor(100 / (1 + Math.Exp(-((ExpectedFragmentation)potential).Milli(gain) / 1000)));
}
