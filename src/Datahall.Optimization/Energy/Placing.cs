using Datahall.Optimization.Energy.Allocation;

namespace Datahall.Optimization.Energy;

/// <summary>A part of a task on a group's nodes: the fraction of all its copies.</summary>
internal readonly record struct Part(int Task, int Group, int? Node, double Fraction);

/// <summary>An allocation with what the fans need to know of it.</summary>
/// <param name="Value">What it is worth, before any heat.</param>
/// <param name="Used">What all nodes of each group use.</param>
/// <param name="Peak">The part of its compute that the busiest node of each group uses, 0 to 1.</param>
/// <param name="Parts">What is placed where; made while it is read.</param>
/// <param name="Placed">The fraction placed of each task.</param>
/// <param name="Relaxed">The linear program's solution, for its prices.</param>
/// <param name="Bound">No allocation is worth more after heat, at the levels it was made for.</param>
internal sealed record Placing(
    double Value, IReadOnlyList<Amounts> Used, IReadOnlyList<double> Peak, IEnumerable<Part> Parts, IReadOnlyList<double> Placed, PlacedDemands Relaxed, double Bound)
{
    /// <summary>The allocation that a linear program found: spread evenly over the nodes of a group.</summary>
    public static Placing Of(Hall hall, PlacedDemands solved)
    {
        var (used, placed) = (solved.Used(hall.Demands), solved.Placed(hall.Demands.Count));
        return new(
            placed.Select((p, j) => p * hall.Demands[j].Value).Sum(),
            used,
            [.. used.Select((u, g) => hall.Capacity[g].Compute > 0 ? u.Compute / (hall.Capacity[g].Compute * hall.Model.Nodes[g].Count) : 0)],
            Enumerable.Range(0, used.Count).SelectMany(g => solved.On(g).Select(p => new Part(p.Demand, g, null, p.Fraction))),
            placed,
            solved,
            solved.Bound);
    }

    /// <summary>How many fully loaded nodes the load of a fan's nodes comes to.</summary>
    public double Busy(Hall hall, int fan) => Used.Select((u, g) => hall.FanOf[g] == fan && hall.Capacity[g].Compute > 0 ? u.Compute / hall.Capacity[g].Compute : 0).Sum();

    /// <summary>The load of a fan's busiest node, 0 to 1.</summary>
    public double PeakOf(Hall hall, int fan) => Peak.Where((_, g) => hall.FanOf[g] == fan).DefaultIfEmpty(0).Max();
}
