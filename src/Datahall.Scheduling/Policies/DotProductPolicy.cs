using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Aligns what is asked with what is free, and prefers the least of it.</summary>
/// <remarks>
/// Score: floor(100 × (1 − ½ (cpuFree × cpu / cpuMax² + gpuFree × gpu / gpuMax²))), where free is before the placement and max is the largest node's.
/// Source: the DotProd baseline of Weng et al., USENIX ATC 2023, after Grandl et al., "Multi-resource packing for cluster schedulers", SIGCOMM 2014.
/// </remarks>
internal sealed class DotProductPolicy : ScorePolicy
{
    public override string Name => "dot-product";

    public override INodeScore Scoring(ClusterState cluster, PlacementRequest request) => new Product(request);

    private sealed class Product(PlacementRequest request) : INodeScore
    {
        private readonly double cpu = request.CpuMilli;
        private readonly double gpu = request.GpuMilli;
        private double cpuMax = 1;
        private double gpuMax = 1;

        public void Prepare(ClusterState cluster) =>
            (cpuMax, gpuMax) = (Math.Max(1, cluster.LargestCpuMilli), Math.Max(1, cluster.LargestGpuMilli));

        public long Score(ClusterState cluster, int slot)
        {
            var product = (cluster.CpuFree[slot] * cpu / (cpuMax * cpuMax)) + (cluster.GpuFree[slot] * gpu / (gpuMax * gpuMax));
            return (long)Math.Floor(100 * (1 - (product / 2)));
        }
    }
}
