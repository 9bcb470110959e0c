using Datahall.Model;
using Datahall.Optimization.Batch;
using Datahall.Scheduling;
using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Optimization.Tests;

/// <summary>Builds problems for tests in few words.</summary>
internal static class A
{
    public static readonly BatchOptions Options = new() { FewestTasks = 1, MostTime = TimeSpan.FromSeconds(30), WorkSeconds = 1 };

    public static NodeRoom Node(string name, int cpus = 64, int gpus = 8, string model = "H100", string? zone = null, params Holding[] held) => new(
        new(
            name,
            new() { Cpu = new(cpus * 1000), Memory = new(512L << 30), Devices = [.. Enumerable.Repeat(new Device { Model = model }, gpus)] },
            OfferState.Open,
            zone is null ? new Dictionary<string, string> { ["name"] = name } : new Dictionary<string, string> { ["name"] = name, ["zone"] = zone },
            []),
        held);

    public static PlacementRequest Request(int gpuMilli, int cpus = 1, string? model = null, string? zone = null) => PlacementRequest.Of(new()
    {
        Resources = new() { Cpu = new(cpus * 1000), Memory = new(1L << 30), Gpu = new(gpuMilli), GpuModels = model is null ? [] : [model] },
        NodeSelector = zone is null ? [] : new Dictionary<string, string> { ["zone"] = zone },
        Run = new() { Process = new() { Command = ["work"] } },
    });

    public static WaitingGang Gang(string id, int priority, params PlacementRequest[] tasks) => GangIn("default", id, priority, tasks);

    public static WaitingGang GangIn(string queue, string id, int priority, params PlacementRequest[] tasks) =>
        new(id, [queue], priority, [.. tasks.Select((t, i) => new WaitingTask($"{id}-{i}", t))]);

    public static PlacementProblem Problem(IReadOnlyList<NodeRoom> nodes, IReadOnlyList<WaitingGang> waiting, params QueueRoom[] queues) => new(1, nodes, queues, waiting, []);

    public static BatchResult Solve(PlacementProblem problem, BatchOptions? options = null) => new BatchPlacement(TimeProvider.System).Solve(problem, options ?? Options);

    /// <summary>A random cluster, partly taken, with a random batch: several shapes, shares, models, zones, priorities, limits.</summary>
    public static PlacementProblem Random(ulong seed, int nodes, int gangs)
    {
        var state = seed;
        var room = Enumerable.Range(0, nodes).Select(i => TakeSome(Node($"n{i:000}", model: Draw(4) == 0 ? "A100" : "H100", zone: Draw(2) == 0 ? "a" : "b"))).ToList();
        var waiting = Enumerable.Range(0, gangs)
            .Select(i => (Priority: Draw(3) * 10, Tasks: Enumerable.Range(0, 1 + Draw(5)).Select(_ => AnyRequest()).ToArray(), Index: i))
            .OrderByDescending(g => g.Priority).Select(g => GangIn(Draw(3) == 0 ? "small" : "default", $"g{g.Index:000}", g.Priority, g.Tasks)).ToList();
        return Problem(room, waiting, new QueueRoom("small", new(long.MaxValue, long.MaxValue, (2 + Draw(12)) * 1000L)));

        int Draw(int below) => (int)((state = SplitMix.Next(state)) % (ulong)below);

        PlacementRequest AnyRequest() => Request(
            new[] { 0, 250, 500, 1000, 2000, 3000, 4000, 5000 }[Draw(8)], cpus: Draw(2) == 0 ? 4 : 12, model: Draw(6) == 0 ? "A100" : null, zone: Draw(6) == 0 ? "a" : null);

        NodeRoom TakeSome(NodeRoom node) => Draw(2) == 0
            ? node
            : node with { Held = [.. Enumerable.Range(0, 1 + Draw(5)).Select(d => new Holding(node.Offer.Name, 4000, 1L << 30, [d], Draw(2) == 0 ? 1000 : 500, 0))] };
    }
}
