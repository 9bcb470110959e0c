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
    internal Verdict Check(int slot, PlacementRequest request, ReadOnlySpan<int> models)
    {
        if (state[slot] is not OfferState.Open)
        {
            return state[slot] switch
            {
                OfferState.Cordoned => Verdict.Cordoned,
                OfferState.Draining => Verdict.Draining,
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

        if (request.Devices > 0 && CheckDevices(slot, request, models) is var devices and not Verdict.Fits)
        {
            return devices;
        }

        return cpuFree[slot] < request.CpuMilli ? Verdict.Cpu
            : memoryFree[slot] < request.MemoryBytes ? Verdict.Memory
            : Verdict.Fits;
    }

    /// <summary>The ids of the models that will do; a model that no node has gets an id that no device has.</summary>
    internal int[] ModelIds(PlacementRequest request) =>
        request.Models.Length == 0 ? [] : [.. request.ModelList.Select(m => modelIds.GetValueOrDefault(m, -1))];

    /// <summary>Picks devices for a request that fits: whole ones by index, a share on the device that the policy's draw or the tightest fit names.</summary>
    internal int[] PickDevices(int slot, PlacementRequest request, ReadOnlySpan<int> models, DevicePick pick)
    {
        if (request.Devices == 0)
        {
            return [];
        }

        var free = DevicesOf(slot);
        var candidates = new List<int>(stride);
        for (var d = 0; d < free.Length; d++)
        {
            if (free[d] >= request.MilliPerDevice && Allowed(ModelsOf(slot)[d], models))
            {
                candidates.Add(d);
            }
        }

        if (request.MilliPerDevice >= 1000)
        {
            return [.. candidates.Take(request.Devices)];
        }

        if (pick.Random is { } draw)
        {
            return [candidates[(int)(draw % (ulong)candidates.Count)]];
        }

        var tightest = candidates[0];
        foreach (var d in candidates)
        {
            tightest = free[d] < free[tightest] ? d : tightest;
        }

        return [tightest];
    }

    private Verdict CheckDevices(int slot, PlacementRequest request, ReadOnlySpan<int> models)
    {
        if (models.Length == 0)
        {
            var enough = request.MilliPerDevice >= 1000 ? wholeFree[slot] >= request.Devices : largestShare[slot] >= request.MilliPerDevice;
            return enough ? Verdict.Fits : Verdict.Gpu;
        }

        var (right, usable) = (0, 0);
        var free = DevicesOf(slot);
        var modelsHere = ModelsOf(slot);
        for (var d = 0; d < free.Length; d++)
        {
            if (free[d] >= 0 && Allowed(modelsHere[d], models))
            {
                right++;
                usable += free[d] >= request.MilliPerDevice ? 1 : 0;
            }
        }

        return right == 0 ? Verdict.GpuModel : usable >= request.Devices ? Verdict.Fits : Verdict.Gpu;
    }

    private static bool Allowed(int model, ReadOnlySpan<int> models) => models.Length == 0 || models.Contains(model);

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

/// <summary>Whether a node can take a task, or the first reason why not.</summary>
internal enum Verdict : byte
{
    Fits,
    NotReady,
    Cordoned,
    Draining,
    Tainted,
    Selector,
    GpuModel,
    Gpu,
    Cpu,
    Memory,
}

/// <summary>How a policy picks the device for a share.</summary>
/// <param name="Random">A draw that picks any device that fits; null: the tightest.</param>
internal readonly record struct DevicePick(ulong? Random);
