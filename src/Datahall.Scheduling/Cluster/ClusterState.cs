using Datahall.Model;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Cluster;

/// <summary>What is free on every node: the ledger that placements are taken from and given back to.</summary>
/// <remarks>
/// One array per quantity, indexed by slot, so that a scan over all nodes reads memory in order. A node keeps its slot while it is
/// known. Nodes are ordered by topology and then by name (<see cref="Rank"/>), so that every domain is one run of neighbours, ties go to
/// the earlier node, and the order of arrival leaves no trace.
/// Not safe for concurrent use.
/// </remarks>
public sealed partial class ClusterState
{
    private readonly Dictionary<string, int> slotByName = new(StringComparer.Ordinal);
    private readonly DeviceModels models = new();
    private readonly AffinityIndex affinity = new();
    private readonly List<int> slotsByRank = [];
    private readonly Stack<int> freeSlots = new();

    private NodeOffer?[] offers = new NodeOffer?[16];
    private int[] rank = new int[16];
    private OfferState[] state = new OfferState[16];
    private bool[] tainted = new bool[16];
    private long[] cpuFree = new long[16];
    private long[] memoryFree = new long[16];
    private int[] gpuFree = new int[16];
    private int[] wholeFree = new int[16];
    private int[] largestShare = new int[16];
    private int[] uniform = new int[16];
    private long[] stamp = new long[16];
    private double[] energyPrice = new double[16];
    private int[] sizeCounts = new int[16 * SizeClass.Count];
    private HashSet<int>?[] ports = new HashSet<int>?[16];

    // Devices stand side by side, MostDevices for each slot; a device that is not there has -1 free.
    private int[] deviceFree = new int[16 * 8];
    private int[] deviceModel = new int[16 * 8];

    /// <summary>One more than the highest slot in use; slots in between may be empty.</summary>
    public int Slots { get; private set; }

    /// <summary>How many nodes there are.</summary>
    public int Count => slotsByRank.Count;

    /// <summary>The largest number of processors of a node so far, in thousandths; what policies measure by.</summary>
    public long LargestCpuMilli { get; private set; }

    /// <summary>The largest memory of a node so far, in bytes.</summary>
    public long LargestMemoryBytes { get; private set; }

    /// <summary>The largest sum of devices of a node so far, in thousandths.</summary>
    public int LargestGpuMilli { get; private set; }

    /// <summary>Free processors by slot, in thousandths. Shape [slots].</summary>
    internal ReadOnlySpan<long> CpuFree => cpuFree.AsSpan(0, Slots);

    /// <summary>Free memory by slot, in bytes. Shape [slots].</summary>
    internal ReadOnlySpan<long> MemoryFree => memoryFree.AsSpan(0, Slots);

    /// <summary>Free accelerators by slot, in thousandths, shares included. Shape [slots].</summary>
    internal ReadOnlySpan<int> GpuFree => gpuFree.AsSpan(0, Slots);

    /// <summary>What a watt more on each slot's node costs the whole facility, in watts; 0 until somebody says. Shape [slots].</summary>
    internal ReadOnlySpan<double> EnergyPrice => energyPrice.AsSpan(0, Slots);

    /// <summary>The model of all devices of each slot's node; 0 without devices, -1 when there are several. Shape [slots].</summary>
    internal ReadOnlySpan<int> Uniform => uniform.AsSpan(0, Slots);

    /// <summary>The largest number of devices of a node so far.</summary>
    internal int MostDevices { get; private set; } = 8;

    /// <summary>The place of each slot's node in the order of nodes. Shape [slots].</summary>
    internal ReadOnlySpan<int> Rank => rank.AsSpan(0, Slots);

    /// <summary>The offer in a slot.</summary>
    /// <exception cref="ArgumentException">The slot is empty.</exception>
    public NodeOffer Offer(int slot) => offers[slot] ?? throw new ArgumentException($"slot {slot} is empty", nameof(slot));

    /// <summary>Whether a slot has a node.</summary>
    public bool Has(int slot) => offers[slot] is not null;

    /// <summary>Whether the node in a slot takes tasks.</summary>
    internal bool IsOpen(int slot) => state[slot] is OfferState.Open;

    /// <summary>The slot of a node, or -1.</summary>
    public int SlotOf(string node) => slotByName.GetValueOrDefault(node, -1);

    /// <summary>Adds a node, or takes up its new offer; what is taken of it stays taken.</summary>
    public void Put(NodeOffer offer)
    {
        if (!slotByName.TryGetValue(offer.Name, out var slot))
        {
            slot = Add(offer);
        }
        else if (!Offer(slot).Topology.SequenceEqual(offer.Topology))
        {
            var before = rank[slot];
            slotsByRank.RemoveAt(before);
            Insert(slot, offer);
            RenumberFrom(before); // Those between the old place and the new one have moved up.
            affinity.Move(slot, offer);
        }

        Resize(slot, offers[slot]?.Capacity, offer.Capacity);
        NoteChange(slot);
        offers[slot] = offer;
        state[slot] = offer.State;
        tainted[slot] = offer.Taints.Count > 0;
    }

    /// <summary>Forgets a node, and with it what is taken of it.</summary>
    public void Remove(string node)
    {
        if (!slotByName.Remove(node, out var slot))
        {
            return;
        }

        slotsByRank.RemoveAt(rank[slot]);
        RenumberFrom(rank[slot]);
        offers[slot] = null;
        state[slot] = OfferState.NotReady;
        affinity.Move(slot, null);
        energyPrice[slot] = 0;
        sizeCounts.AsSpan(slot * SizeClass.Count, SizeClass.Count).Clear();
        (cpuFree[slot], memoryFree[slot], gpuFree[slot], wholeFree[slot], largestShare[slot]) = (0, 0, 0, 0, 0);
        DevicesOf(slot).Fill(-1);
        ports[slot] = null;
        freeSlots.Push(slot);
        Layout++;
    }

    /// <summary>Takes what a placed task holds.</summary>
    public void Take(Holding holding)
    {
        Taken++;
        Move(holding, -1);
    }

    /// <summary>Sets what a watt more on a node costs the whole facility, in watts; a node that is not there is passed over.</summary>
    public void SetEnergyPrice(string node, double wattsPerWatt)
    {
        var slot = SlotOf(node);
        if (slot >= 0 && energyPrice[slot] != wattsPerWatt)
        {
            energyPrice[slot] = wattsPerWatt;
            NoteChange(slot);
        }
    }

    /// <summary>Gives back what a task held.</summary>
    public void Give(Holding holding) => Move(holding, +1);

    /// <summary>A port of the node that no task holds, probing from a starting point; 0 when the node has none left.</summary>
    public int FreePort(int slot, ulong start)
    {
        var capacity = Offer(slot).Capacity;
        var used = ports[slot];
        for (var i = 0; i < capacity.Ports; i++)
        {
            var port = capacity.FirstPort + (int)((start + (ulong)i) % (ulong)capacity.Ports);
            if (used is null || !used.Contains(port))
            {
                return port;
            }
        }

        return 0;
    }

    /// <summary>How many tasks of each size class a node holds. Shape [<see cref="SizeClass.Count"/>].</summary>
    internal ReadOnlySpan<int> SizesOn(int slot) => sizeCounts.AsSpan(slot * SizeClass.Count, SizeClass.Count);

    /// <summary>What is free of each device of a node, in thousandths; -1 where there is none. Shape [<see cref="MostDevices"/>].</summary>
    internal ReadOnlySpan<int> DevicesFree(int slot) => DevicesOf(slot);

    /// <summary>The model of each device of a node, as <see cref="Uniform"/>. Shape [<see cref="MostDevices"/>].</summary>
    internal ReadOnlySpan<int> DeviceModelsOf(int slot) => ModelsOf(slot);

    private Span<int> DevicesOf(int slot) => deviceFree.AsSpan(slot * MostDevices, MostDevices);

    private Span<int> ModelsOf(int slot) => deviceModel.AsSpan(slot * MostDevices, MostDevices);

    private int Add(NodeOffer offer)
    {
        var slot = freeSlots.Count > 0 ? freeSlots.Pop() : Slots++;
        if (slot >= rank.Length)
        {
            Grow();
        }

        Insert(slot, offer);
        slotByName[offer.Name] = slot;
        DevicesOf(slot).Fill(-1);
        return slot;
    }

    private void Insert(int slot, NodeOffer offer)
    {
        var place = ~slotsByRank.BinarySearch(slot, Comparer<int>.Create((a, b) => NodeTopology.Compare(OfferOf(a), OfferOf(b))));
        slotsByRank.Insert(place, slot);
        RenumberFrom(place);
        Layout++;

        NodeOffer OfferOf(int s) => s == slot ? offer : Offer(s);
    }

    private void RenumberFrom(int place)
    {
        for (var i = place; i < slotsByRank.Count; i++)
        {
            rank[slotsByRank[i]] = i;
        }
    }

    private void Resize(int slot, NodeCapacity? before, NodeCapacity after)
    {
        if (ReferenceEquals(before, after))
        {
            return;
        }

        cpuFree[slot] += after.Cpu.Milli - (before?.Cpu.Milli ?? 0);
        memoryFree[slot] += after.Memory.Value - (before?.Memory.Value ?? 0);
        Widen(after.Devices.Count);
        var free = DevicesOf(slot);
        var ids = ModelsOf(slot);
        for (var d = 0; d < MostDevices; d++)
        {
            var was = d < (before?.Devices.Count ?? 0);
            var there = d < after.Devices.Count;
            ids[d] = there ? models.Id(after.Devices[d]) : 0;
            free[d] = (was, there) switch
            {
                (false, true) => 1000,
                (true, false) => -1, // A device that went away offers nothing; what was taken of it ends with its tasks.
                _ => free[d],
            };
        }

        uniform[slot] = DeviceModels.Uniform(ids[..after.Devices.Count]);
        Recount(slot);
        Layout++;
        LargestCpuMilli = Math.Max(LargestCpuMilli, after.Cpu.Milli);
        LargestMemoryBytes = Math.Max(LargestMemoryBytes, after.Memory.Value);
        LargestGpuMilli = Math.Max(LargestGpuMilli, after.Devices.Count * 1000);
    }

    private void Move(Holding holding, int sign)
    {
        var slot = SlotOf(holding.Node);
        if (slot < 0)
        {
            return; // The node was deleted under its tasks; they hold nothing any more.
        }

        Move(slot, holding.CpuMilli, holding.MemoryBytes, holding.Devices, holding.MilliPerDevice, sign);
        if (holding.Port != 0)
        {
            var used = ports[slot] ??= [];
            _ = sign < 0 ? used.Add(holding.Port) : used.Remove(holding.Port);
        }

        if (holding.Labels is { Count: > 0 } labels)
        {
            affinity.Change(slot, Offer(slot), labels, -sign);
            NoteRack(slot);
        }
    }

    private void Move(int slot, long cpuMilli, long memoryBytes, IReadOnlyList<int> devices, int milliPerDevice, int sign)
    {
        NoteChange(slot);
        cpuFree[slot] += sign * cpuMilli;
        memoryFree[slot] += sign * memoryBytes;
        if (devices.Count == 0)
        {
            return;
        }

        var free = DevicesOf(slot);
        for (var i = 0; i < devices.Count; i++)
        {
            var device = devices[i];
            if (device < MostDevices && free[device] >= 0)
            {
                free[device] += sign * milliPerDevice;
            }
        }

        sizeCounts[(slot * SizeClass.Count) + SizeClass.Of(devices.Count, milliPerDevice)] -= sign;
        Recount(slot);
    }

    private void Recount(int slot)
    {
        var (sum, whole, largest) = (0, 0, 0);
        foreach (var free in DevicesOf(slot))
        {
            sum += Math.Max(free, 0);
            whole += free >= 1000 ? 1 : 0;
            largest = Math.Max(largest, free);
        }

        (gpuFree[slot], wholeFree[slot], largestShare[slot]) = (sum, whole, largest);
    }

    private void Grow()
    {
        var size = rank.Length * 2;
        Array.Resize(ref offers, size);
        Array.Resize(ref rank, size);
        Array.Resize(ref state, size);
        Array.Resize(ref tainted, size);
        Array.Resize(ref cpuFree, size);
        Array.Resize(ref memoryFree, size);
        Array.Resize(ref gpuFree, size);
        Array.Resize(ref wholeFree, size);
        Array.Resize(ref largestShare, size);
        Array.Resize(ref uniform, size);
        Array.Resize(ref stamp, size);
        Array.Resize(ref marks, size);
        Array.Resize(ref energyPrice, size);
        Array.Resize(ref sizeCounts, size * SizeClass.Count);
        Array.Resize(ref ports, size);
        Array.Resize(ref deviceFree, size * MostDevices);
        Array.Resize(ref deviceModel, size * MostDevices);
    }

    private void Widen(int devices)
    {
        if (devices <= MostDevices)
        {
            return;
        }

        var (oldStride, oldFree, oldModel) = (MostDevices, deviceFree, deviceModel);
        MostDevices = devices;
        deviceFree = new int[rank.Length * MostDevices];
        deviceModel = new int[rank.Length * MostDevices];
        deviceFree.AsSpan().Fill(-1);
        for (var slot = 0; slot < Slots; slot++)
        {
            oldFree.AsSpan(slot * oldStride, oldStride).CopyTo(DevicesOf(slot));
            oldModel.AsSpan(slot * oldStride, oldStride).CopyTo(ModelsOf(slot));
        }
    }
}
