using System.Diagnostics;
using System.Globalization;
using Datahall.Model;
using Datahall.Optimization.Batch;
using Datahall.Scheduling;
using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Bench.Batches;

/// <summary>Batches of waiting gangs placed one after the other and as a whole: how much of the cluster each way fills, and how long it takes.</summary>
internal static class BatchBenchmark
{
    private static readonly (int Nodes, int Gangs, bool Taken)[] Cases = [(50, 200, false), (200, 1_000, false), (200, 1_000, true), (1_000, 1_000, false), (1_000, 1_000, true), (5_000, 1_000, false), (5_000, 5_000, true)];

    public static void Run()
    {
        Console.WriteLine("nodes gangs cluster  greedy: gangs   GPUs   share |  whole: gangs   GPUs   share  proven | solver          s   MB");
        foreach (var (nodes, gangs, taken) in Cases)
        {
            var problem = Make(nodes, gangs, taken);
            var free = problem.Nodes.Sum(n => (n.Offer.Capacity.Devices.Count * 1000L) - n.Held.Sum(h => (long)h.Devices.Count * h.MilliPerDevice)) / 1000.0;
            var started = Stopwatch.GetTimestamp();
            var result = new BatchPlacement(TimeProvider.System).Solve(problem, new());
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{nodes,5} {gangs,5} {(taken ? "half" : "empty"),-7} {result.Greedy.Admitted.Count,14} {result.Greedy.Demand.GpuMilli / 1000.0,6:0} {result.Greedy.Demand.GpuMilli / 10.0 / free,6:0.00}% | {result.Best.Admitted.Count,13} {result.Best.Demand.GpuMilli / 1000.0,6:0} {result.Best.Demand.GpuMilli / 10.0 / free,6:0.00}%  {(result.IsProven ? "yes" : "no"),6} | {result.Solver,-13} {seconds,5:0.00} {Environment.WorkingSet >> 20,4}"));
        }
    }

    /// <summary>Nodes of 8 GPUs and 96 CPUs, and gangs of 1 to 32 tasks in one or two roles that ask for a little more than the nodes have.</summary>
    private static PlacementProblem Make(int nodes, int gangs, bool taken)
    {
        var state = (ulong)(nodes + gangs);
        var room = Enumerable.Range(0, nodes).Select(i => Node($"n{i:0000}", taken)).ToList();
        var shapes = new[] { (500, 4), (1000, 8), (1000, 16), (2000, 16), (3000, 24), (4000, 40), (5000, 32), (8000, 64), (0, 16) }.Select(s => Request(s.Item1, s.Item2)).ToArray();
        var scale = Math.Max(1, nodes * 8 / gangs / 4);
        var waiting = Enumerable.Range(0, gangs).Select(i =>
        {
            var (first, second) = (shapes[Draw(shapes.Length)], shapes[Draw(shapes.Length)]);
            var (count, others) = (1 + Draw(2 * scale), Draw(2) * (1 + Draw(scale)));
            return (Priority: 10 * Draw(2), Tasks: Enumerable.Repeat(first, count).Concat(Enumerable.Repeat(second, others)).ToList(), Index: i);
        }).OrderByDescending(g => g.Priority).Select(g => new WaitingGang($"g{g.Index}", ["default"], g.Priority, [.. g.Tasks.Select((t, i) => new WaitingTask($"g{g.Index}-{i}", t))])).ToList();
        return new(1, room, [], waiting, []);

        int Draw(int below) => (int)((state = SplitMix.Next(state)) % (ulong)below);

        NodeRoom Node(string name, bool taken) => new(
            new(name, new() { Cpu = new(96_000), Memory = new(1L << 40), Devices = [.. Enumerable.Repeat(new Device { Model = "H100" }, 8)] }, OfferState.Open, new Dictionary<string, string>(), []),
            taken ? [.. Enumerable.Range(0, Draw(8)).Select(d => new Holding(name, 4_000 * (1 + Draw(3)), 1L << 30, [d], Draw(3) == 0 ? 500 : 1000, 0))] : []);
    }

    private static PlacementRequest Request(int gpuMilli, int cpus) => PlacementRequest.Of(new()
    {
        Resources = new() { Cpu = new(cpus * 1000), Memory = new(8L << 30), Gpu = new(gpuMilli) },
        Run = new() { Process = new() { Command = ["work"] } },
    });
}
