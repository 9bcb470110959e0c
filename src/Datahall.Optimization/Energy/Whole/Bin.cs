using Datahall.Optimization.Energy.Allocation;

namespace Datahall.Optimization.Energy.Whole;

/// <summary>Where whole tasks are put: one node, or, where no task is indivisible, a group of nodes as one.</summary>
/// <param name="Group">The group.</param>
/// <param name="Node">Which node of it, from 0; null for the group.</param>
/// <param name="Supply">What it has.</param>
/// <param name="FullCompute">Its compute without regard to heat.</param>
internal sealed record Bin(int Group, int? Node, Supply Supply, double FullCompute)
{
    /// <summary>The bins of a hall.</summary>
    public static IReadOnlyList<Bin> Of(Hall hall, AllocationProblem program)
    {
        var single = hall.Model.Tasks.Any(static t => !t.Divisible);
        return [.. hall.Model.Nodes.SelectMany((n, g) => single
            ? Enumerable.Range(0, n.Count).Select(i => new Bin(g, i, program.Supplies[g] with { Capacity = (1.0 / n.Count) * program.Supplies[g].Capacity }, hall.Capacity[g].Compute))
            : [new Bin(g, null, program.Supplies[g], n.Count * hall.Capacity[g].Compute)])];
    }

    /// <summary>How many of a size fit into what is there.</summary>
    public static int Fits(Amounts room, Amounts size)
    {
        const double rounding = 1e-9;
        return (int)Math.Min(int.MaxValue, Enumerable.Range(0, Amounts.Count).Where(r => size[r] > 0).Min(r => Math.Floor((room[r] / size[r]) + rounding)));
    }
}
