using System.Globalization;
using Datahall.Model;
using Datahall.Scheduling.Fragmentation;
using Datahall.Scheduling.Placement;
using Datahall.Twin.Time;

namespace Datahall.Twin.Traces.Openb;

/// <summary>The nodes and pods of Alibaba's openb trace (cluster-trace-gpu-v2023).</summary>
public sealed class OpenbTrace
{
    private OpenbTrace(IReadOnlyList<OpenbNode> nodes, IReadOnlyList<OpenbPod> pods) => (Nodes, Pods) = (nodes, pods);

    /// <summary>The nodes, in the file's order.</summary>
    public IReadOnlyList<OpenbNode> Nodes { get; }

    /// <summary>The pods, by name.</summary>
    public IReadOnlyList<OpenbPod> Pods { get; }

    /// <summary>What all nodes' accelerators are together, in thousandths.</summary>
    public long CapacityMilli => Nodes.Sum(n => n.Gpus * 1000L);

    /// <summary>The distribution that the published method takes as known: the pods of the list, before any are drawn again.</summary>
    public WorkloadMix Mix()
    {
        var mix = new WorkloadMix();
        foreach (var pod in Pods)
        {
            mix.Add(pod.Request);
        }

        return mix;
    }

    /// <summary>Reads the two files.</summary>
    /// <exception cref="TraceException">A file cannot be used; the message says where.</exception>
    public static OpenbTrace Read(string nodesFile, string podsFile)
    {
        var nodes = CsvTable.Read(nodesFile, "sn", "cpu_milli", "memory_mib", "gpu", "model");
        var pods = CsvTable.Read(podsFile, "name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli");
        return new(
            [.. Enumerable.Range(0, nodes.Count).Select(i => new OpenbNode(
                nodes.Text(i, "sn"), nodes.Number(i, "cpu_milli"), nodes.Number(i, "memory_mib"), nodes.Number(i, "gpu"), nodes.Text(i, "model")))],
            [.. Enumerable.Range(0, pods.Count).Select(i => new OpenbPod(
                pods.Text(i, "name"),
                pods.Number(i, "cpu_milli"),
                pods.Number(i, "memory_mib"),
                pods.Number(i, "num_gpu"),
                pods.Number(i, "gpu_milli"),
                pods.Text(i, "gpu_spec"))).OrderBy(p => p.Name, StringComparer.Ordinal)]);
    }

    /// <summary>The nodes under the names of one run: the published simulator breaks ties by the smallest name and shuffles the names, %04d- and a permutation.</summary>
    public IEnumerable<(string Name, OpenbNode Node)> NamedNodes(SimRandom random)
    {
        var places = Enumerable.Range(0, Nodes.Count).ToArray();
        random.Shuffle<int>(places);
        for (var i = 0; i < places.Length; i++)
        {
            yield return (string.Create(CultureInfo.InvariantCulture, $"{places[i]:D4}-{Nodes[i].Name}"), Nodes[i]);
        }
    }

    /// <summary>The pods in the order in which a run of the published experiment submits them.</summary>
    /// <param name="tune">How much is asked for in the end, as a multiple of the capacity: pods are drawn again, or left out, to get there.</param>
    /// <param name="random">Decides the order and the draws.</param>
    /// <remarks>Weng et al., "Beware of Fragmentation", USENIX ATC 2023; the test before a draw adds the draw's per-device amount, as their simulator does.</remarks>
    public IReadOnlyList<OpenbPod> Arrivals(double tune, SimRandom random)
    {
        var order = Pods.ToArray();
        random.Shuffle<OpenbPod>(order);
        var arrivals = order.ToList();
        var target = tune * CapacityMilli;
        var asked = arrivals.Sum(p => p.GpuMilli);
        while (asked > target && arrivals.Count > 0)
        {
            var out_ = random.Below(arrivals.Count);
            asked -= arrivals[out_].GpuMilli;
            arrivals.RemoveAt(out_);
        }

        if (asked > 0)
        {
            for (var next = random.Pick(order); asked + next.MilliPerGpu <= target; next = random.Pick(order))
            {
                arrivals.Add(next);
                asked += next.GpuMilli;
            }
        }

        return arrivals;
    }
}

/// <summary>A node of the trace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CpuMilli">Processors, in thousandths.</param>
/// <param name="MemoryMib">Memory, in MiB.</param>
/// <param name="Gpus">How many accelerators.</param>
/// <param name="Model">Their model.</param>
public sealed record OpenbNode(string Name, int CpuMilli, int MemoryMib, int Gpus, string Model)
{
    /// <summary>The node as the core knows it.</summary>
    public NodeCapacity Capacity() => new()
    {
        Cpu = new(CpuMilli),
        Memory = new((long)MemoryMib << 20),
        Devices = [.. Enumerable.Repeat(new Device { Model = Model }, Gpus)],
    };
}

/// <summary>A pod of the trace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CpuMilli">Processors, in thousandths.</param>
/// <param name="MemoryMib">Memory, in MiB.</param>
/// <param name="Gpus">How many accelerators.</param>
/// <param name="MilliPerGpu">What it asks of each, in thousandths.</param>
/// <param name="Models">The models that will do, parted by <c>|</c>; empty for any.</param>
public sealed record OpenbPod(string Name, int CpuMilli, int MemoryMib, int Gpus, int MilliPerGpu, string Models)
{
    /// <summary>What it asks in all, in thousandths.</summary>
    public long GpuMilli => (long)Gpus * MilliPerGpu;

    /// <summary>What the pod asks of a node.</summary>
    public PlacementRequest Request => field ??= PlacementRequest.Of(Role);

    private RoleSpec Role => field ??= new()
    {
        Name = "pod",
        Resources = new()
        {
            Cpu = new(CpuMilli),
            Memory = new((long)MemoryMib << 20),
            Gpu = new(GpuMilli),
            GpuModels = Models.Length == 0 ? [] : [.. Models.Split('|').Distinct()],
        },
        Run = Nothing,
    };

    /// <summary>The pod as a job of one task.</summary>
    public Job ToJob(string name) => new() { Name = name, Spec = new() { Roles = [Role] } };

    private static Run Nothing { get; } = new() { Process = new() { Command = ["true"] } };
}
