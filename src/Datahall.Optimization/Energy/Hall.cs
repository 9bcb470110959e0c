using Datahall.Optimization.Energy.Allocation;
using Datahall.Optimization.Energy.Fans;

namespace Datahall.Optimization.Energy;

/// <summary>A valid model, made ready: everything finite, everything by index.</summary>
/// <remarks>
/// A resource without a limit gets as much as all tasks together can take. An elastic task gets as many copies as the nodes could hold if it were alone: neither bound
/// can bind before the others do, so neither changes an optimum.
/// </remarks>
internal sealed class Hall
{
    private readonly List<bool[]> limited;

    private Hall(EnergyModel model, List<double> copies)
    {
        Model = model;
        FanNames = [.. model.Fans.Keys];
        Tables = [.. model.Fans.Values];
        Routes = [.. Tables.Select(t => new FanRoutes(t, model.TemperatureLimitCelsius))];
        FanOf = [.. model.Nodes.Select(n => FanNames.IndexOf(n.Fan))];
        Copies = copies;
        Demands = [.. model.Tasks.Select((t, j) => new Demand(copies[j] * SizeOf(t), copies[j] * ValueOf(model.Weights, t), t.Must))];
        limited = [.. model.Nodes.Select(static n => new[] { n.Compute is not null, n.Storage is not null, n.Bandwidth is not null })];
        var all = Demands.Aggregate(default(Amounts), static (sum, d) => sum + d.Size);
        Capacity = [.. model.Nodes.Select(n => new Amounts(n.Compute ?? all.Compute, n.Storage ?? all.Storage, n.Bandwidth ?? all.Bandwidth))];
        NodesOf = [.. Enumerable.Range(0, Tables.Count).Select(f => model.Nodes.Where((_, g) => FanOf[g] == f).Sum(static n => (double)n.Count))];
    }

    public EnergyModel Model { get; }

    public List<string> FanNames { get; }

    public List<FanTable> Tables { get; }

    public List<FanRoutes> Routes { get; }

    /// <summary>The fan of each group of nodes.</summary>
    public List<int> FanOf { get; }

    /// <summary>The number of nodes of each fan.</summary>
    public List<double> NodesOf { get; }

    /// <summary>What one node of each group has.</summary>
    public List<Amounts> Capacity { get; }

    /// <summary>How many of each task there are at most.</summary>
    public List<double> Copies { get; }

    /// <summary>All copies of each task together.</summary>
    public List<Demand> Demands { get; }

    /// <summary>Whether there are tasks that linear programming alone cannot place.</summary>
    public bool HasWhole => Model.Tasks.Any(static t => t.Gang || !t.Divisible);

    /// <summary>Makes a model ready, or says why it is infeasible or unbounded.</summary>
    public static (Hall? Hall, EnergyRefusal? Refusal) Of(EnergyModel model)
    {
        var copies = new List<double>();
        foreach (var task in model.Tasks)
        {
            if (task.Elastic && ValueOf(model.Weights, task) > 0 && model.Nodes.FirstOrDefault(n => double.IsPositiveInfinity(Fits(n, task))) is { } node)
            {
                return (null, EnergyRefusal.Unbounded(
                    $"the objective has no bound: the task '{task.Name}' is elastic, and nodes '{node.Name}' have no limit on anything it asks for; give them one, or the task a count"));
            }

            copies.Add(task.Elastic ? Math.Max(task.Count, model.Nodes.Select(n => Fits(n, task)).Where(double.IsFinite).Sum()) : task.Count);
        }

        var hall = new Hall(model, copies);
        for (var f = 0; f < hall.Tables.Count; f++)
        {
            if (hall.Routes[f].Reachable.Count == 0)
            {
                return (null, EnergyRefusal.NoLevel(hall.FanNames[f], hall.Tables[f], model.TemperatureLimitCelsius));
            }
        }

        return (hall, null);
    }

    /// <summary>Whether the model limits a resource of a group's nodes.</summary>
    public bool IsLimited(int group, int resource) => limited[group][resource];

    /// <summary>What one task takes.</summary>
    public static Amounts SizeOf(TaskGroup task) => new(task.Compute, task.Storage, task.Bandwidth);

    /// <summary>The part of a node's compute, 0 to 1, at which it reaches the limit.</summary>
    public double LoadLimit(FanLevel level) =>
        level.RiseCelsius > 0 ? Math.Clamp((Model.TemperatureLimitCelsius - level.TemperatureCelsius) / level.RiseCelsius, 0, 1) : 1;

    /// <summary>The allocation's program with each fan at a level.</summary>
    /// <param name="loadLimit">The part of a node's compute that may be in use, by fan.</param>
    /// <param name="riseCost">What a fully loaded node costs more than an idle one in the objective, by fan.</param>
    public AllocationProblem Program(Func<int, double> loadLimit, Func<int, double> riseCost) => new(
        [.. Capacity.Select((c, g) => new Supply(Model.Nodes[g].Count * (c with { Compute = c.Compute * loadLimit(FanOf[g]) }), c.Compute > 0 ? riseCost(FanOf[g]) / c.Compute : 0))],
        Demands);

    private static double ValueOf(ObjectiveWeights weights, TaskGroup task) =>
        task.Weight * SizeOf(task).Dot(new(weights.Compute, weights.Storage, weights.Bandwidth));

    // How many of a task alone the nodes of a group hold.
    private static double Fits(NodeGroup node, TaskGroup task) => node.Count * Math.Min(
        Math.Min(Fits(node.Compute, task.Compute), Fits(node.Storage, task.Storage)),
        Fits(node.Bandwidth, task.Bandwidth));

    private static double Fits(double? capacity, double size) => size > 0 && capacity is { } limit ? limit / size : double.PositiveInfinity;
}
