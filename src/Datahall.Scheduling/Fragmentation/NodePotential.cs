using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Fragmentation;

/// <summary>What the free room of a node is worth, as one number; policies place where it falls least, and rebalancing moves to where it rises.</summary>
/// <remarks>
/// Whole numbers, so that equal placements are equal and never differ by the noise of floating point. A node with several device models
/// counts as one node for each model, each with all of the processors. Not safe for concurrent use.
/// </remarks>
internal abstract class NodePotential
{
    private const int OnStack = 128;

    private long[] values = [];
    private long[] stamps = [];
    private long edition = -1;

    /// <summary>Brings up to date what values are measured by, and says which edition of it is in force.</summary>
    public long Refresh(ClusterState cluster)
    {
        var current = Update(cluster);
        if (current != edition || values.Length < cluster.Slots)
        {
            edition = current;
            Array.Resize(ref values, Math.Max(values.Length, cluster.Slots * 2));
            stamps = new long[values.Length];
            stamps.AsSpan().Fill(-1);
        }

        return current;
    }

    /// <summary>The value of a node as it is.</summary>
    public long At(ClusterState cluster, int slot)
    {
        if (stamps[slot] != cluster.Stamp[slot])
        {
            values[slot] = Of(cluster, slot, cluster.CpuFree[slot], cluster.DevicesFree(slot));
            stamps[slot] = cluster.Stamp[slot];
        }

        return values[slot];
    }

    /// <summary>The value of a node after a share was taken of a device.</summary>
    public long AfterShare(ClusterState cluster, int slot, PlacementRequest request, int device)
    {
        Span<int> free = cluster.MostDevices <= OnStack ? stackalloc int[cluster.MostDevices] : new int[cluster.MostDevices];
        cluster.DevicesFree(slot).CopyTo(free);
        free[device] -= request.MilliPerDevice;
        return Of(cluster, slot, cluster.CpuFree[slot] - request.CpuMilli, free);
    }

    /// <summary>The value of a node after whole devices, or none, were taken.</summary>
    public long AfterWhole(ClusterState cluster, int slot, PlacementRequest request, ModelFilter models)
    {
        Span<int> free = cluster.MostDevices <= OnStack ? stackalloc int[cluster.MostDevices] : new int[cluster.MostDevices];
        cluster.DevicesFree(slot).CopyTo(free);
        if (cluster.Uniform[slot] >= 0)
        {
            var missing = request.Devices;
            for (var d = 0; missing > 0; d++)
            {
                missing -= free[d] >= 1000 ? 1 : 0;
                free[d] = free[d] >= 1000 ? 0 : free[d];
            }
        }
        else if (request.Devices > 0)
        {
            var devices = cluster.PickWhole(slot, request, models);
            for (var i = 0; i < devices.Count; i++)
            {
                free[devices[i]] = 0;
            }
        }

        return Of(cluster, slot, cluster.CpuFree[slot] - request.CpuMilli, free);
    }

    /// <summary>The value of a node if a holding of a request were given back.</summary>
    public long Without(ClusterState cluster, int slot, PlacementRequest request, IReadOnlyList<int> devices)
    {
        Span<int> free = cluster.MostDevices <= OnStack ? stackalloc int[cluster.MostDevices] : new int[cluster.MostDevices];
        cluster.DevicesFree(slot).CopyTo(free);
        for (var i = 0; i < devices.Count; i++)
        {
            free[devices[i]] += request.MilliPerDevice;
        }

        return Of(cluster, slot, cluster.CpuFree[slot] + request.CpuMilli, free);
    }

    /// <summary>Brings up to date what values are measured by.</summary>
    protected abstract long Update(ClusterState cluster);

    /// <summary>The value of a node with devices of one model; 0 for a node without.</summary>
    /// <param name="model">The model's number; 0 without devices.</param>
    /// <param name="cpuFree">Free processors, in thousandths.</param>
    /// <param name="free">What is free of each device, in thousandths; negative where there is none.</param>
    protected abstract long Of(int model, long cpuFree, ReadOnlySpan<int> free);

    private long Of(ClusterState cluster, int slot, long cpuFree, ReadOnlySpan<int> free)
    {
        var model = cluster.Uniform[slot];
        return model >= 0 ? Of(model, Math.Max(0, cpuFree), free) : OfGroups(cluster, slot, Math.Max(0, cpuFree), free);
    }

    private long OfGroups(ClusterState cluster, int slot, long cpuFree, ReadOnlySpan<int> free)
    {
        var ids = cluster.DeviceModelsOf(slot);
        var (sum, group) = (0L, new int[free.Length]);
        for (var d = 0; d < free.Length; d++)
        {
            if (ids[d] > 0 && !ids[..d].Contains(ids[d]))
            {
                for (var e = 0; e < free.Length; e++)
                {
                    group[e] = ids[e] == ids[d] ? free[e] : -1;
                }

                sum += Of(ids[d], cpuFree, group);
            }
        }

        return sum;
    }
}
