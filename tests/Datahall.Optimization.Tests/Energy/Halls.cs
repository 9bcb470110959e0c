using Datahall.Optimization.Energy;
using Datahall.Scheduling;

namespace Datahall.Optimization.Tests.Energy;

/// <summary>Models for tests.</summary>
internal static class Halls
{
    /// <summary>The published example.</summary>
    public static EnergyModel TenNodes { get; } = new()
    {
        TemperatureLimitCelsius = 30,
        Fans = new Dictionary<string, FanTable> { ["hall"] = Fan(50, (50, 20, 1.2, 0), (60, 21, 1.1, 0), (70, 22, 1.1, 0), (80, 23, 1.1, 0)) },
        Nodes = [new() { Name = "node", Count = 10, Compute = 50, Storage = 50, Bandwidth = 50, Fan = "hall" }],
        Tasks = [new() { Name = "task", Count = 5, Compute = 100, Storage = 100, Bandwidth = 100 }],
    };

    public static FanTable Fan(double start, params (double Percent, double Celsius, double Index, double Rise)[] levels) => new()
    {
        StartPercent = start,
        Levels = [.. levels.Select(static l => new FanLevel { Percent = l.Percent, TemperatureCelsius = l.Celsius, EfficiencyIndex = l.Index, RiseCelsius = l.Rise })],
    };

    public static NodeGroup Node(string name, double compute, double storage, double bandwidth, int count = 1, string fan = "hall") =>
        new() { Name = name, Count = count, Compute = compute, Storage = storage, Bandwidth = bandwidth, Fan = fan };

    public static TaskGroup Task(string name, double compute, double storage, double bandwidth, int count = 1) =>
        new() { Name = name, Count = count, Compute = compute, Storage = storage, Bandwidth = bandwidth };

    /// <summary>A model of nodes and tasks under one fan with one level, so that only the allocation matters.</summary>
    public static EnergyModel Still(IReadOnlyList<NodeGroup> nodes, params IReadOnlyList<TaskGroup> tasks) => TenNodes with
    {
        Fans = new Dictionary<string, FanTable> { ["hall"] = Fan(50, (50, 20, 1, 0)) },
        Nodes = nodes,
        Tasks = tasks,
    };

    /// <summary>A random site: different nodes, tasks with weights, two fans whose heat grows with load.</summary>
    public static EnergyModel Random(ulong seed, bool whole = false)
    {
        var state = SplitMix.Next(seed);
        var (nodes, tasks) = (1 + Draw(whole ? 3 : 6), 1 + Draw(whole ? 4 : 8));
        return new()
        {
            TemperatureLimitCelsius = 24 + Draw(12),
            Weights = new() { Compute = 1, Storage = Draw(3) * 0.5, Bandwidth = 1, Temperature = 0.1 + (Draw(20) * 0.05) },
            Fans = new Dictionary<string, FanTable> { ["hall"] = AnyFan(), ["aisle"] = AnyFan() },
            Nodes = [.. Enumerable.Range(0, nodes + 1).Select(i => Node($"n{i}", Draw(6) * 10, Draw(6) * 10, 5 + (Draw(6) * 10), whole ? 1 : 1 + Draw(4), i % 2 == 0 ? "hall" : "aisle"))],
            Tasks = [.. Enumerable.Range(0, tasks).Select(j => Task($"t{j}", 1 + Draw(whole ? 20 : 60), Draw(whole ? 20 : 60), Draw(whole ? 20 : 60), 1 + Draw(3)) with
            {
                Weight = 0.5 + (Draw(10) * 0.25), Divisible = !whole || Draw(3) == 0, Gang = whole && Draw(3) == 0,
            })],
        };

        int Draw(int below) => (int)((state = SplitMix.Next(state)) % (ulong)below);

        FanTable AnyFan() => Fan(50, (50, 20, 1.2, Draw(20)), (60, 21, 1.1, Draw(20)), (70, 22, 1.05 + (Draw(3) * 0.05), Draw(12)), (90, 19 + Draw(4), 1.3, Draw(6)))
            with
        { MaxStepPercent = Draw(2) == 0 ? 10 : null };
    }

    /// <summary>The objective of a plan, counted anew from its allocation and its fan levels; also that it keeps every constraint.</summary>
    public static double Recount(EnergyModel model, EnergyPlan plan)
    {
        const double tolerance = 1e-7;
        var (groups, tasks) = (model.Nodes.ToDictionary(static n => n.Name), model.Tasks.ToDictionary(static t => t.Name));
        var used = model.Nodes.ToDictionary(static n => n.Name, static _ => new double[3]);
        var alone = new Dictionary<(string, int?), double[]>();
        var value = 0.0;
        foreach (var part in plan.Allocation)
        {
            var task = tasks[part.Task];
            Assert.True(part.Copies >= 0 && (task.Divisible || part.Copies == Math.Round(part.Copies)), $"{part}");
            double[] size = [task.Compute, task.Storage, task.Bandwidth];
            var (on, at) = (used[part.Nodes], alone.TryGetValue((part.Nodes, part.Node), out var known) ? known : alone[(part.Nodes, part.Node)] = new double[3]);
            for (var r = 0; r < 3; r++)
            {
                on[r] += part.Copies * size[r];
                at[r] += part.Copies * size[r];
            }

            value += part.Copies * task.Weight * ((model.Weights.Compute * size[0]) + (model.Weights.Storage * size[1]) + (model.Weights.Bandwidth * size[2]));
        }

        foreach (var ((name, node), amounts) in alone)
        {
            double?[] capacity = [groups[name].Compute, groups[name].Storage, groups[name].Bandwidth];
            var level = LevelOf(model, plan, groups[name]);
            var nodes = node is null ? groups[name].Count : 1;
            Assert.All(Enumerable.Range(0, 3), r => Assert.True(capacity[r] is not { } most || amounts[r] <= (nodes * most) + tolerance, $"{name}: {amounts[r]} of {nodes * capacity[r]}"));
            var heat = capacity[0] > 0 ? level.RiseCelsius * amounts[0] / (nodes * capacity[0]!.Value) : 0;
            Assert.True(level.TemperatureCelsius + heat <= model.TemperatureLimitCelsius + tolerance, $"{name} has {level.TemperatureCelsius + heat} °C");
        }

        foreach (var task in model.Tasks)
        {
            var copies = plan.Allocation.Where(p => p.Task == task.Name).Sum(static p => p.Copies);
            Assert.True(task.Elastic || copies <= task.Count + tolerance, $"{task.Name}: {copies}");
            Assert.True(!task.Gang || copies < tolerance || copies > task.Count - tolerance, $"gang {task.Name}: {copies}");
            Assert.True(!task.Must || copies > task.Count - tolerance, $"must {task.Name}: {copies}");
        }

        return value - model.Nodes.Sum(n => Heat(model, LevelOf(model, plan, n), n, used[n.Name][0]));
    }

    public static double Heat(EnergyModel model, FanLevel level, NodeGroup node, double compute) =>
        model.Weights.Temperature * level.EfficiencyIndex * ((node.Count * level.TemperatureCelsius) + (node.Compute > 0 ? level.RiseCelsius * compute / node.Compute.Value : 0));

    private static FanLevel LevelOf(EnergyModel model, EnergyPlan plan, NodeGroup node) =>
        model.Fans[node.Fan].Levels.Single(l => l.Percent == plan.Fans.Single(f => f.Name == node.Fan).Percent);
}
