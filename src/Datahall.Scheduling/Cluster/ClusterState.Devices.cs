using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Cluster;

public sealed partial class ClusterState
{
    /// <summary>Takes a placement on trial, without a port and without labels; <see cref="GiveBack"/> takes it back.</summary>
    internal void Try(int slot, PlacementRequest request, IReadOnlyList<int> devices) =>
        Move(slot, request.CpuMilli, request.MemoryBytes, devices, request.MilliPerDevice, -1);

    /// <summary>Takes back a trial, or takes away what a holding of this request has.</summary>
    internal void GiveBack(int slot, PlacementRequest request, IReadOnlyList<int> devices) =>
        Move(slot, request.CpuMilli, request.MemoryBytes, devices, request.MilliPerDevice, +1);

    /// <summary>The whole devices for a request that fits: the lowest indexes; on a node of several models, of the model with the fewest that suffice.</summary>
    internal IReadOnlyList<int> PickWhole(int slot, PlacementRequest request, ModelFilter wanted)
    {
        var ids = ModelsOf(slot);
        var free = DevicesOf(slot);
        var model = uniform[slot] >= 0 ? uniform[slot] : TightestGroup(slot, request, wanted);
        var (mask, missing) = (0UL, request.Devices);
        for (var d = 0; d < Math.Min(free.Length, 64) && missing > 0; d++)
        {
            if (ids[d] == model && free[d] >= 1000)
            {
                mask |= 1UL << d;
                missing--;
            }
        }

        return missing == 0 ? DeviceSets.Of(mask) : PickMany(slot, request, model);
    }

    /// <summary>The device with the least free that still takes the share; the lowest index among equals.</summary>
    internal int PickTightest(int slot, PlacementRequest request, ModelFilter wanted)
    {
        var ids = ModelsOf(slot);
        var free = DevicesOf(slot);
        var tightest = -1;
        for (var d = 0; d < free.Length; d++)
        {
            if (free[d] >= request.MilliPerDevice && wanted.Allows(ids[d]) && (tightest < 0 || free[d] < free[tightest]))
            {
                tightest = d;
            }
        }

        return tightest;
    }

    /// <summary>Any device that takes the share, each as likely as the other.</summary>
    internal int PickAny(int slot, PlacementRequest request, ModelFilter wanted, ulong draw)
    {
        var ids = ModelsOf(slot);
        var free = DevicesOf(slot);
        var count = 0UL;
        for (var d = 0; d < free.Length; d++)
        {
            count += free[d] >= request.MilliPerDevice && wanted.Allows(ids[d]) ? 1UL : 0;
        }

        var skip = draw % count;
        for (var d = 0; ; d++)
        {
            if (free[d] >= request.MilliPerDevice && wanted.Allows(ids[d]) && skip-- == 0)
            {
                return d;
            }
        }
    }

    private int TightestGroup(int slot, PlacementRequest request, ModelFilter wanted)
    {
        var ids = ModelsOf(slot);
        var (best, bestUsable) = (0, int.MaxValue);
        for (var d = 0; d < MostDevices; d++)
        {
            if (ids[d] > 0 && wanted.Allows(ids[d]))
            {
                var usable = Usable(slot, request, ids[d]);
                if (usable >= request.Devices && usable < bestUsable)
                {
                    (best, bestUsable) = (ids[d], usable);
                }
            }
        }

        return best;
    }

    // More than 64 devices on a node: nobody has built that yet, but nothing forbids it.
    private List<int> PickMany(int slot, PlacementRequest request, int model)
    {
        var devices = new List<int>(request.Devices);
        for (var d = 0; devices.Count < request.Devices; d++)
        {
            if (ModelsOf(slot)[d] == model && DevicesOf(slot)[d] >= 1000)
            {
                devices.Add(d);
            }
        }

        return devices;
    }
}
