using Datahall.Model;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Cluster;

public sealed partial class ClusterState
{
    /// <summary>Why a node cannot take a task, or that it can.</summary>
    /// <remarks>
    /// The cheapest and most often decisive checks come first; the order is also the order in which reasons are named. A node counts
    /// for the first reason that holds.
    /// </remarks>
    internal Verdict Check(int slot, PlacementRequest request, ModelFilter wanted)
    {
        if (state[slot] is not OfferState.Open)
        {
            return state[slot] switch
            {
                OfferState.Cordoned => Verdict.Cordoned,
                OfferState.Draining => Verdict.Draining,
                OfferState.Asleep => Verdict.Asleep,
                _ => Verdict.NotReady,
            };
        }

        if (tainted[slot] && !Tolerates(Offer(slot).Taints, request))
        {
            return Verdict.Tainted;
        }

        if (request.Selector.Length > 0 && !Selects(Offer(slot).Labels, request))
        {
            return Verdict.Selector;
        }

        if (request.Devices > 0 && CheckDevices(slot, request, wanted) is var devices and not Verdict.Fits)
        {
            return devices;
        }

        return cpuFree[slot] < request.CpuMilli ? Verdict.Cpu
            : memoryFree[slot] < request.MemoryBytes ? Verdict.Memory
            : request.AffinityList.Count > 0 && !KeepsAffinity(slot, request) ? Verdict.Affinity
            : Verdict.Fits;
    }

    /// <summary>How many copies of a request a node can take.</summary>
    internal int Copies(int slot, PlacementRequest request, ModelFilter wanted)
    {
        if (Check(slot, request, wanted) is not Verdict.Fits)
        {
            return 0;
        }

        var copies = request.Devices > 0 ? DeviceCopies(slot, request, wanted) : int.MaxValue;
        copies = request.CpuMilli > 0 ? Math.Min(copies, cpuFree[slot] / request.CpuMilli) : copies;
        copies = request.MemoryBytes > 0 ? Math.Min(copies, memoryFree[slot] / request.MemoryBytes) : copies;
        return (int)Math.Min(copies, 1_000_000); // What asks for nothing fits any number of times.
    }

    /// <summary>The models that will do for a request.</summary>
    internal ModelFilter ModelsFor(PlacementRequest request) => models.For(request);

    /// <summary>The models that will do for work that names these.</summary>
    internal ModelFilter ModelsFor(IReadOnlyList<string> wanted, string? mig) => models.For(wanted, mig);

    /// <summary>One more than the highest model number.</summary>
    internal int ModelCount => models.Count;

    /// <summary>How many of a request's wishes to be near or away a node keeps, less those it breaks.</summary>
    internal int AffinityBalance(int slot, PlacementRequest request)
    {
        var balance = 0;
        foreach (var (rule, text) in request.AffinityList)
        {
            balance += !rule.Required && Keeps(slot, rule, text) ? 1 : 0;
            balance -= !rule.Required && !Keeps(slot, rule, text) ? 1 : 0;
        }

        return balance;
    }

    private bool KeepsAffinity(int slot, PlacementRequest request)
    {
        foreach (var (rule, text) in request.AffinityList)
        {
            if (rule.Required && !Keeps(slot, rule, text))
            {
                return false;
            }
        }

        return true;
    }

    private bool Keeps(int slot, AffinityRule rule, string text) =>
        (affinity.Count(rule, text, slot, Offer(slot)) > 0) == (rule.Mode is AffinityMode.Near);

    private Verdict CheckDevices(int slot, PlacementRequest request, ModelFilter wanted)
    {
        var model = uniform[slot];
        if (model < 0)
        {
            return CheckGroups(slot, request, wanted);
        }

        if (model == 0 || !wanted.Allows(model))
        {
            return model == 0 && wanted.IsAny ? Verdict.Gpu : Verdict.GpuModel;
        }

        var enough = request.MilliPerDevice >= 1000 ? wholeFree[slot] >= request.Devices : largestShare[slot] >= request.MilliPerDevice;
        return enough ? Verdict.Fits : Verdict.Gpu;
    }

    // Nodes with several models are rare: the devices of one task are all of one model, so each model is asked by itself.
    private Verdict CheckGroups(int slot, PlacementRequest request, ModelFilter wanted)
    {
        var ids = ModelsOf(slot);
        var verdict = Verdict.GpuModel;
        for (var d = 0; d < MostDevices; d++)
        {
            if (ids[d] > 0 && wanted.Allows(ids[d]) && !ids[..d].Contains(ids[d]))
            {
                if (Usable(slot, request, ids[d]) >= request.Devices)
                {
                    return Verdict.Fits;
                }

                verdict = Verdict.Gpu;
            }
        }

        return verdict;
    }

    private int Usable(int slot, PlacementRequest request, int model)
    {
        var ids = ModelsOf(slot);
        var free = DevicesOf(slot);
        var usable = 0;
        for (var d = 0; d < free.Length; d++)
        {
            usable += ids[d] == model && free[d] >= request.MilliPerDevice ? 1 : 0;
        }

        return usable;
    }

    private long DeviceCopies(int slot, PlacementRequest request, ModelFilter wanted)
    {
        var ids = ModelsOf(slot);
        var free = DevicesOf(slot);
        var copies = 0L;
        if (request.MilliPerDevice >= 1000)
        {
            for (var d = 0; d < free.Length; d++)
            {
                if (ids[d] > 0 && wanted.Allows(ids[d]) && !ids[..d].Contains(ids[d]))
                {
                    copies += Usable(slot, request, ids[d]) / request.Devices;
                }
            }

            return copies;
        }

        for (var d = 0; d < free.Length; d++)
        {
            copies += free[d] > 0 && wanted.Allows(ids[d]) ? free[d] / request.MilliPerDevice : 0;
        }

        return copies;
    }

    private static bool Tolerates(IReadOnlyList<Taint> taints, PlacementRequest request)
    {
        foreach (var taint in taints)
        {
            if (!request.TolerationList.Any(t => t.Key == taint.Key && (t.Value is null || t.Value == taint.Value)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Selects(IReadOnlyDictionary<string, string> labels, PlacementRequest request)
    {
        foreach (var (key, value) in request.SelectorMap)
        {
            if (!labels.TryGetValue(key, out var actual) || actual != value)
            {
                return false;
            }
        }

        return true;
    }
}
