using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Keeps tasks of one size together: shares with shares, tasks of eight devices with such tasks.</summary>
/// <remarks>
/// Score: 25 × (gpuMax − gpuFree) / gpuMax, and on top 75 where only tasks of the same size class run, 50 where such run among others, 25 on a node without any,
/// 0 where only others run. A task without devices scores 0 everywhere. Source: the GpuClustering baseline of Weng et al., USENIX ATC 2023, after Xiao et al.,
/// "Gandiva", OSDI 2018.
/// </remarks>
internal sealed class GpuClusteringPolicy : ScorePolicy
{
    public override string Name => "gpu-clustering";

    public override INodeScore Scoring(ClusterState cluster, PlacementRequest request) => new Clustering(request);

    private sealed class Clustering(PlacementRequest request) : INodeScore
    {
        private readonly int size = SizeClass.Of(request.Devices, request.MilliPerDevice);
        private long gpuMax = 1;

        public void Prepare(ClusterState cluster) => gpuMax = Math.Max(1, cluster.LargestGpuMilli);

        public long Score(ClusterState cluster, int slot)
        {
            if (request.Devices == 0)
            {
                return 0;
            }

            var sizes = cluster.SizesOn(slot);
            var others = false;
            for (var i = 0; i < sizes.Length; i++)
            {
                others |= i != size && sizes[i] > 0;
            }

            var company = (sizes[size] > 0, others) switch
            {
                (true, false) => 75,
                (true, true) => 50,
                (false, false) => 25,
                (false, true) => 0,
            };
            return company + (25 * (gpuMax - cluster.GpuFree[slot]) / gpuMax);
        }
    }
}
