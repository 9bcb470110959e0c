using Datahall.Optimization.Energy.Allocation;

namespace Datahall.Optimization.Energy.Whole;

/// <summary>Allocates indivisible tasks and gangs: exactly where that is small, else by rounding the linear program.</summary>
internal sealed class WholeAllocation(Hall hall, AllocationProblem program, EnergyOptions options)
{
    /// <summary>The allocation; null when something that must be placed found no place.</summary>
    /// <param name="relaxed">The linear program's solution, as if all were divisible.</param>
    public Placing? Place(PlacedDemands relaxed)
    {
        var bins = Bin.Of(hall, program);
        var (copies, bound) = (Round(bins, relaxed), relaxed.Bound);
        if ((long)bins.Count * hall.Demands.Count <= options.MostExactPairs)
        {
            var (found, proven, isProven) = new WholeProgram(hall, bins).Solve(options.MostBranches);
            if (found is null && isProven)
            {
                return null;
            }

            bound = Math.Min(bound, proven);
            copies = Better(copies, found, bins);
        }

        return copies is null ? null : Make(bins, copies, relaxed, bound);
    }

    private IReadOnlyDictionary<(int Bin, int Task), double>? Round(IReadOnlyList<Bin> bins, PlacedDemands relaxed)
    {
        var wanted = Enumerable.Range(0, program.Supplies.Count).SelectMany(g => relaxed.On(g).Select(p => (p.Demand, Group: g, p.Fraction)))
            .ToLookup(static p => p.Demand, static p => (p.Group, p.Fraction));
        return new WholeRounding(hall, bins, options).Round(wanted, relaxed.Placed(hall.Demands.Count));
    }

    private IReadOnlyDictionary<(int Bin, int Task), double>? Better(IReadOnlyDictionary<(int Bin, int Task), double>? rounded, double[,]? exact, IReadOnlyList<Bin> bins)
    {
        if (exact is null)
        {
            return rounded;
        }

        var found = new Dictionary<(int Bin, int Task), double>();
        for (var b = 0; b < bins.Count; b++)
        {
            for (var j = 0; j < hall.Demands.Count; j++)
            {
                if (exact[b, j] > 1e-9)
                {
                    found[(b, j)] = exact[b, j];
                }
            }
        }

        return rounded is not null && Worth(rounded, bins) >= Worth(found, bins) ? rounded : found;
    }

    private double Worth(IReadOnlyDictionary<(int Bin, int Task), double> copies, IReadOnlyList<Bin> bins) => copies.OrderBy(static c => c.Key)
        .Sum(c => c.Value * ((hall.Demands[c.Key.Task].Value / hall.Copies[c.Key.Task]) - (bins[c.Key.Bin].Supply.HeatPrice * hall.Model.Tasks[c.Key.Task].Compute)));

    private Placing Make(IReadOnlyList<Bin> bins, IReadOnlyDictionary<(int Bin, int Task), double> copies, PlacedDemands relaxed, double bound)
    {
        var used = new Amounts[hall.Capacity.Count];
        var compute = new double[bins.Count];
        var placed = new double[hall.Demands.Count];
        foreach (var ((bin, task), number) in copies.OrderBy(static c => c.Key))
        {
            used[bins[bin].Group] += number * Hall.SizeOf(hall.Model.Tasks[task]);
            compute[bin] += number * hall.Model.Tasks[task].Compute;
            placed[task] += number / hall.Copies[task];
        }

        var peak = new double[used.Length];
        for (var b = 0; b < bins.Count; b++)
        {
            peak[bins[b].Group] = Math.Max(peak[bins[b].Group], bins[b].FullCompute > 0 ? compute[b] / bins[b].FullCompute : 0);
        }

        return new(
            placed.Select((p, j) => p * hall.Demands[j].Value).Sum(),
            used,
            peak,
            copies.Where(static c => c.Value > 0).OrderBy(static c => c.Key).Select(c => new Part(c.Key.Task, bins[c.Key.Bin].Group, bins[c.Key.Bin].Node, c.Value / hall.Copies[c.Key.Task])),
            placed,
            relaxed,
            bound);
    }
}
