using Datahall.Scheduling.Cluster;
namespace Datahall.Scheduling.Fragmentation;
internal sealed class ForesightPolicy : PotentialPolicy
{
    public override string Name => "foresight";
    public override NodePotential PotentialOf(ClusterState cluster) => cluster.Memory(this, static _ => new ExpectedFragmentation());
    protected override long Score(NodePotential potential, long gain) => gain;
}
