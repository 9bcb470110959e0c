using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Fills nodes up: the node where least is left over wins, so that large free nodes stay for large tasks.</summary>
/// <remarks>
/// Score: floor(100 × (1 − ½ cpuLeft/cpuMax − ½ gpuLeft/gpuMax)), where left is after the placement and max is the largest node's.
/// Source: the BestFit baseline of Weng et al., "Beware of Fragmentation", USENIX ATC 2023. On a cluster without accelerators memory takes
/// their place.
/// </remarks>
internal sealed class BestFitPolicy : IPlacementPolicy
{
    public string Name => "best-fit";

    public Choice? Choose(ClusterState cluster, PlacementRequest request, ulong draw)
    {
        var tree = cluster.TreeFor(this, request, static (cluster, request) => new Fit(cluster, request));
        var (slot, score) = tree.Best();
        return slot < 0 ? null : new(slot, cluster.PickDevices(slot, request, tree.Models, default), score);
    }

    private sealed class Fit(ClusterState cluster, PlacementRequest request) : INodeScore
    {
        private readonly double cpuWeight = 50.0 / Math.Max(1, cluster.LargestCpuMilli);
        private readonly double gpuWeight = cluster.LargestGpuMilli > 0 ? 50.0 / cluster.LargestGpuMilli : 0;
        private readonly double memoryWeight = cluster.LargestGpuMilli > 0 ? 0 : 50.0 / Math.Max(1, cluster.LargestMemoryBytes);
        private readonly long cpu = request.CpuMilli;
        private readonly long memory = request.MemoryBytes;
        private readonly long gpu = (long)request.Devices * request.MilliPerDevice;

        public long Score(ClusterState cluster, int slot)
        {
            var left = (cpuWeight * (cluster.CpuFree[slot] - cpu))
                + (gpuWeight * (cluster.GpuFree[slot] - gpu))
                + (memoryWeight * (cluster.MemoryFree[slot] - memory));
            return (long)Math.Floor(100 - left);
        }
    }
}
