using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Cluster;

public sealed partial class ClusterState
{
    /// <summary>What of reserved places is free now: taking it keeps it for whom it is reserved.</summary>
    /// <param name="places">The reserved places.</param>
    /// <returns>Holdings that can be taken together and given back later.</returns>
    public IReadOnlyList<Holding> FreePart(IReadOnlyList<Holding> places)
    {
        var parts = new List<Holding>(places.Count);
        foreach (var place in places)
        {
            if (SlotOf(place.Node) is var slot and >= 0 && FreePart(slot, place) is var part && !IsNothing(part))
            {
                Take(part); // So that the next place on the node does not count it again.
                parts.Add(part);
            }
        }

        foreach (var part in parts)
        {
            Give(part);
        }

        return parts;
    }

    /// <summary>How many tasks with a request all nodes together can take, when nothing else is placed.</summary>
    public long CopiesOf(PlacementRequest request)
    {
        var room = RoomFor(request);
        room.Update();
        return room.All;
    }

    /// <summary>Whether a node can take a task on given devices.</summary>
    public bool CanTake(int slot, PlacementRequest request, IReadOnlyList<int> devices)
    {
        var models = ModelsFor(request);
        if (devices.Count != request.Devices || Check(slot, request, models) is not Verdict.Fits)
        {
            return false;
        }

        foreach (var device in devices)
        {
            if (device < 0 || device >= MostDevices || DevicesOf(slot)[device] < request.MilliPerDevice || !models.Allows(ModelsOf(slot)[device]))
            {
                return false;
            }
        }

        return devices.Distinct().Count() == devices.Count;
    }

    private static bool IsNothing(in Holding part) => part is { CpuMilli: 0, MemoryBytes: 0, Devices.Count: 0 };

    private Holding FreePart(int slot, in Holding place)
    {
        var free = DevicesOf(slot);
        var (wanted, milli) = (place.Devices, place.MilliPerDevice);
        var devices = new List<int>(wanted.Count);
        foreach (var device in wanted)
        {
            if (device < free.Length && free[device] > 0)
            {
                milli = Math.Min(milli, free[device]);
                devices.Add(device);
            }
        }

        return place with
        {
            CpuMilli = Math.Clamp(place.CpuMilli, 0, Math.Max(0, cpuFree[slot])),
            MemoryBytes = Math.Clamp(place.MemoryBytes, 0, Math.Max(0, memoryFree[slot])),
            Devices = devices,
            MilliPerDevice = devices.Count == 0 ? 0 : milli,
            Port = 0,
        };
    }
}
