using System.Diagnostics;
using System.Globalization;
using Datahall.Model;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Bench.Placing;

/// <summary>Pure placement on one core, without a store: single tasks, and gangs of 64 in a topology of racks and leaves.</summary>
/// <remarks>The cluster is filled to 60 % first. Each measured placement is committed and another task ends, so that the load stays.</remarks>
internal static class ScheduleBenchmark
{
    private const int Placements = 200_000;
    private const int Gangs = 200;
    private const int GangSize = 64;

    public static void Run(string policyName)
    {
        Console.WriteLine($"nodes of 128 CPUs and 8 GPUs, 16 in a rack, 16 racks in a leaf; 60 % full; policy {policyName}; five kinds of tasks");
        Console.WriteLine("nodes    placements/s   bytes/placement   gang of 64: median   p99        bytes");
        foreach (var nodes in new[] { 1_000, 10_000, 100_000 })
        {
            Measure(PlacementPolicies.Find(policyName), nodes);
        }
    }

    private static void Measure(IPlacementPolicy policy, int nodes)
    {
        var cluster = Build(nodes);
        var requests = new[] { (1, 250), (8, 1000), (4, 500), (32, 4000), (2, 0) }.Select(r => RequestOf(r.Item1, r.Item2)).ToArray();
        foreach (var request in requests)
        {
            cluster.Mix.Add(request);
        }

        var held = Fill(cluster, policy, requests, nodes);
        Churn(cluster, policy, requests, held, Placements / 10, 1);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        Churn(cluster, policy, requests, held, Placements, 7);
        var seconds = clock.Elapsed.TotalSeconds;
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Placements;
        var (median, p99, gangBytes) = MeasureGangs(cluster, policy, requests[1]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{nodes,-8} {Placements / seconds,12:N0} {bytes,17:0.0} {median,18:0.000} ms {p99,8:0.000} ms {gangBytes,8:N0}"));
    }

    private static ClusterState Build(int nodes)
    {
        var cluster = new ClusterState();
        var capacity = new NodeCapacity
        {
            Cpu = new(128_000),
            Memory = new(1L << 40),
            Devices = [.. Enumerable.Repeat(new Device { Model = "H100" }, 8)],
        };
        for (var i = 0; i < nodes; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"node-{i:D6}");
            cluster.Put(new(name, capacity, OfferState.Open, new Dictionary<string, string>(), [])
            {
                Topology = ["site", "hall", string.Create(CultureInfo.InvariantCulture, $"leaf-{i / 256:D4}"), string.Create(CultureInfo.InvariantCulture, $"rack-{i / 16:D5}"), ""],
            });
        }

        return cluster;
    }

    private static List<Holding> Fill(ClusterState cluster, IPlacementPolicy policy, PlacementRequest[] requests, int nodes)
    {
        var held = new List<Holding>();
        var taken = 0L;
        for (var i = 0; taken < nodes * 8000L * 6 / 10; i++)
        {
            var request = requests[i % requests.Length];
            held.Add(Take(cluster, request, policy.Choose(cluster, request, 0)!.Value));
            taken += request.Devices * request.MilliPerDevice;
        }

        return held;
    }

    private static void Churn(ClusterState cluster, IPlacementPolicy policy, PlacementRequest[] requests, List<Holding> held, int count, int stride)
    {
        var ends = 0;
        for (var i = 0; i < count; i++)
        {
            var request = requests[i % requests.Length];
            ends = (ends + (7919 * stride)) % held.Count;
            cluster.Give(held[ends]);
            held[ends] = policy.Choose(cluster, request, (ulong)i) is { } choice
                ? Take(cluster, request, choice)
                : throw new InvalidOperationException("the cluster ran full");
        }
    }

    private static (double Median, double P99, long Bytes) MeasureGangs(ClusterState cluster, IPlacementPolicy policy, PlacementRequest request)
    {
        var placer = new GangPlacer();
        var members = Enumerable.Repeat(request, GangSize).ToArray();
        var draws = new ulong[GangSize];
        var times = new List<double>();
        placer.Place(cluster, members, policy, draws);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Gangs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var plan = placer.Place(cluster, members, policy, draws);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (plan.Refusal is not null)
            {
                throw new InvalidOperationException($"the gang was refused: {plan.Refusal.Reason}");
            }
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Gangs;
        times.Sort();
        return (times[Gangs / 2], times[Gangs * 99 / 100], bytes);
    }

    private static Holding Take(ClusterState cluster, PlacementRequest request, Choice choice)
    {
        var holding = new Holding(
            cluster.Offer(choice.Slot).Name, request.CpuMilli, request.MemoryBytes, choice.Devices, request.Devices == 0 ? 0 : request.MilliPerDevice, 0);
        cluster.Take(holding);
        return holding;
    }

    private static PlacementRequest RequestOf(int cpus, int gpuMilli) => PlacementRequest.Of(new()
    {
        Resources = new() { Cpu = new(cpus * 1000), Memory = new((long)cpus << 31), Gpu = new(gpuMilli) },
        Run = new() { Process = new() { Command = ["work"] } },
    });
}
