using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Prefers devices in use to free devices, and free devices on a node in use to those of an idle node.</summary>
/// <remarks>
/// Score by the devices that the task would get: in use, with left % free, max(50, 100 − left/10); k free ones on a node in use, max(33, 50 − k); on an idle
/// node of f devices, max(33 − f, f). A task without devices scores 0 everywhere. Source: the GpuPacking baseline of Weng et al., USENIX ATC 2023.
/// </remarks>
internal sealed class GpuPackingPolicy : ScorePolicy
{
    public override string Name => "gpu-packing";

    public override INodeScore Scoring(ClusterState cluster, PlacementRequest request) => new Packing(request, cluster);

    private sealed class Packing(PlacementRequest request, ClusterState cluster) : INodeScore
    {
        private ModelFilter models = cluster.ModelsFor(request);

        public void Prepare(ClusterState cluster) => models = cluster.ModelsFor(request);

        public long Score(ClusterState cluster, int slot)
        {
            if (request.Devices == 0)
            {
                return 0;
            }

            var (there, idle) = (0, 0);
            foreach (var milli in cluster.DevicesFree(slot))
            {
                there += milli >= 0 ? 1 : 0;
                idle += milli >= 1000 ? 1 : 0;
            }

            if (idle == there)
            {
                return Math.Max(33 - idle, idle);
            }

            var left = request.MilliPerDevice < 1000 ? cluster.DevicesFree(slot)[cluster.PickTightest(slot, request, models)] : 1000;
            return left < 1000 ? Math.Max(50, 100 - (left / 10 / 10)) : Math.Max(33, 50 - request.Devices);
        }
    }
}
