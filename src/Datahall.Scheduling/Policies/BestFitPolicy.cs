using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Fills nodes up: the node where least is left over wins, so that large free nodes stay for large tasks.</summary>
/// <remarks>
/// Score: floor(100 × (1 − ½ cpuLeft/cpuMax − ½ gpuLeft/gpuMax)), where left is after the placement and max is the largest node's.
/// Source: the BestFit baseline of Weng et al., "Beware of Fragmentation", USENIX ATC 2023. On a cluster without accelerators memory takes
/// their place.
/// </remarks>
internal sealed class BestFitPolicy : ScorePolicy
{
    public override string Name => "best-fit";

    public override INodeScore Scoring(ClusterState cluster, PlacementRequest request) => new Fit(request);

    /// <summary>The score of best-fit.</summary>
    internal sealed class Fit(PlacementRequest request) : INodeScore
    {
        private readonly long cpu = request.CpuMilli;
        private readonly long memory = request.MemoryBytes;
        private readonly long gpu = request.GpuMilli;
        private double cpuWeight;
        private double gpuWeight;
        private double memoryWeight;

        public void Prepare(ClusterState cluster)
        {
            cpuWeight = 50.0 / Math.Max(1, cluster.LargestCpuMilli);
            gpuWeight = cluster.LargestGpuMilli > 0 ? 50.0 / cluster.LargestGpuMilli : 0;
            memoryWeight = cluster.LargestGpuMilli > 0 ? 0 : 50.0 / Math.Max(1, cluster.LargestMemoryBytes);
        }

        public long Score(ClusterState cluster, int slot)
        {
            var left = (cpuWeight * (cluster.CpuFree[slot] - cpu))
                + (gpuWeight * (cluster.GpuFree[slot] - gpu))
                + (memoryWeight * (cluster.MemoryFree[slot] - memory));
            return (long)Math.Floor(100 - left);
        }
    }
}
