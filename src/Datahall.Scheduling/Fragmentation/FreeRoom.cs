using System.Runtime.InteropServices;
using Datahall.Scheduling.Cluster;

namespace Datahall.Scheduling.Fragmentation;

/// <summary>The free room of a cluster as a list of different node states with how many nodes are in each.</summary>
/// <remarks>A large cluster is sampled: prices need the proportions, not every node. O(nodes).</remarks>
internal sealed class FreeRoom
{
    private const int MostStates = 4096;

    private readonly Dictionary<NodeKey, int> index = [];
    private readonly List<NodeState> states = [];

    public FreeRoom(ClusterState cluster)
    {
        for (var slot = 0; slot < cluster.Slots; slot++)
        {
            var model = cluster.Has(slot) && cluster.IsOpen(slot) ? cluster.Uniform[slot] : -1;
            if (model < 0)
            {
                continue; // Nodes with several models are few; they are priced as their models are.
            }

            var free = cluster.DevicesFree(slot);
            var cpu = Math.Max(0, cluster.CpuFree[slot]);
            foreach (var milli in free)
            {
                GpuMilli += Math.Max(0, milli);
            }

            Add(model, cpu, free);
        }
    }

    /// <summary>What is free of all devices, in thousandths.</summary>
    public long GpuMilli { get; private set; }

    /// <summary>The different states.</summary>
    public ReadOnlySpan<NodeState> States => CollectionsMarshal.AsSpan(states);

    private void Add(int model, long cpu, ReadOnlySpan<int> free)
    {
        if (NodeKey.TryMake(model, cpu, free, out var key) && index.TryGetValue(key, out var known))
        {
            CollectionsMarshal.AsSpan(states)[known].Nodes++;
            return;
        }

        if (states.Count >= MostStates)
        {
            // Counted as the state whose turn it is: among so many all are much alike in sum.
            CollectionsMarshal.AsSpan(states)[index.Count * 31 % states.Count].Nodes++;
            return;
        }

        index[key] = states.Count;
        states.Add(NodeState.Of(model, cpu, free));
    }
}

/// <summary>A node as prices see it.</summary>
internal struct NodeState
{
    public int Model;

    /// <summary>Free processors, in thousandths.</summary>
    public long CpuMilli;

    /// <summary>How many devices are wholly free.</summary>
    public int Whole;

    /// <summary>What is free of each device in part use, in steps.</summary>
    public byte[] Parts;

    /// <summary>How many nodes are in this state.</summary>
    public int Nodes;

    public static NodeState Of(int model, long cpu, ReadOnlySpan<int> free)
    {
        var parts = new List<byte>();
        var whole = 0;
        foreach (var milli in free)
        {
            whole += milli >= 1000 ? 1 : 0;
            if (milli is >= ExpectedDemand.MilliPerLevel and < 1000)
            {
                parts.Add((byte)(milli / ExpectedDemand.MilliPerLevel));
            }
        }

        return new() { Model = model, CpuMilli = cpu, Whole = whole, Parts = [.. parts], Nodes = 1 };
    }
}
