namespace Datahall.Optimization.Energy.Allocation;

/// <summary>Solves the linear program of the allocation, of any size.</summary>
/// <remarks>
/// Proportional nodes and proportional tasks are joined first (<see cref="Classes"/>, exact). What is small then is solved whole. What is large is solved over pools of nodes
/// (<see cref="NodePools"/>), which are made finer until the dual bound certifies the gap. Deterministic.
/// </remarks>
internal static class LinearAllocation
{
    // Pairs that the last prices put further than this from being worth it, relative to the demand's value, are left out of the next program.
    private const double FarFromPrice = 0.01;

    /// <summary>Solves; null when what must be placed cannot be, or was not found to fit at the finest pools.</summary>
    public static PlacedDemands? Solve(AllocationProblem problem, AllocationOptions options)
    {
        var (supplies, demands) = (Classes.Of(problem.Supplies), Classes.Of(problem.Demands));
        if (supplies.Count == 0 || demands.Count == 0)
        {
            return demands.Any(static d => d.Item.Must) ? null : Nothing(problem);
        }

        var joined = (Supplies: supplies.Select(static s => s.Item).ToList(), Demands: demands.Select(static d => d.Item).ToList());
        var placed = joined.Supplies.Count * joined.Demands.Count <= options.MostPairs
            ? Whole(joined.Supplies, joined.Demands, options)
            : Pooled(joined.Supplies, joined.Demands, options);
        return placed is null ? null : Part(problem, placed, supplies, demands);
    }

    private static PlacedDemands Nothing(AllocationProblem problem) => new(
        [],
        [.. problem.Supplies.Select(static _ => (IReadOnlyList<(int, double)>)[])],
        [.. problem.Supplies.Select(static _ => default(Amounts))],
        [.. problem.Demands.Select(static _ => 0.0)],
        0,
        0);

    private static PlacedDemands? Whole(List<Supply> supplies, List<Demand> demands, AllocationOptions options)
    {
        if (new TransportProgram(supplies, demands).Solve(options.Solver) is not { } solution)
        {
            return null;
        }

        // The bound of a supply's own prices: with few supplies, those of its neighbours win only by rounding.
        var bound = DualBound.Of(supplies, demands, Vectors(supplies, solution));
        return new(
            solution.Fractions, [.. supplies.Select(static (_, i) => (IReadOnlyList<(int, double)>)[(i, 1.0)])], solution.Prices, solution.DemandPrices, solution.Objective,
            Math.Max(bound.Value, solution.Objective));
    }

    private static PlacedDemands? Pooled(List<Supply> supplies, List<Demand> demands, AllocationOptions options)
    {
        const double mostOfLoss = 0.9;
        var pools = new NodePools(supplies);
        var (best, takesAll) = ((PlacedDemands?)null, true);
        (IReadOnlyList<Amounts> Vectors, IReadOnlyList<double> DemandPrices) last = ([], []);
        for (var made = pools.Make(); best is null || made.Count * demands.Count <= options.MostPooledPairs; made = pools.Make())
        {
            var likely = best is null || takesAll ? null : Likely(made, demands, last.Vectors, last.DemandPrices, Math.Max(FarFromPrice, best.Gap));
            if (new TransportProgram(made, demands, likely).Solve(options.Solver) is not { } solution)
            {
                // What must be placed may fit finer pools.
                if (best is not null || made.Count * demands.Count * 2 > options.MostPooledPairs || !pools.Refine([.. supplies.Select(static _ => 1.0)], [.. supplies.Select(static _ => default(Amounts))], 1))
                {
                    return best;
                }

                continue;
            }

            var vectors = Vectors(made, solution);
            var bound = DualBound.Of(supplies, demands, vectors);
            last = (vectors, bound.DemandPrices);
            best = Better(best, new(solution.Fractions, [.. pools.Shares], bound.Prices, bound.DemandPrices, solution.Objective, bound.Value));
            if (best.Gap <= options.Gap)
            {
                break;
            }

            var loss = supplies.Select((_, i) => bound.SupplyShares[i] - pools.Shares[i].Sum(s => s.Share * made[s.Pool].Capacity.Dot(solution.Prices[s.Pool])));
            takesAll = !pools.Refine([.. loss], bound.Prices, mostOfLoss);
            if (takesAll && likely is null)
            {
                break; // No pool loses anything and no pair is missed: what is left of the gap is the solver's.
            }
        }

        return best;
    }

    // The pairs that the last prices do not rule out by much. The bound is of all pairs, so that a pair that is missed shows in the gap.
    private static Func<int, int, bool> Likely(List<Supply> pools, List<Demand> demands, IReadOnlyList<Amounts> vectors, IReadOnlyList<double> demandPrices, double far)
    {
        var prices = DualBound.Of(pools, demands, vectors).Prices;
        return (pool, demand) =>
        {
            var (size, value) = (demands[demand].Size, demands[demand].Value);
            return size.Dot(prices[pool]) + (pools[pool].HeatPrice * size.Compute) + demandPrices[demand] - value <= far * value;
        };
    }

    private static PlacedDemands Better(PlacedDemands? known, PlacedDemands found) => known is null
        ? found
        : (found.Objective >= known.Objective ? found : known) with { Bound = Math.Min(known.Bound, found.Bound) };

    private static List<Amounts> Vectors(List<Supply> supplies, TransportSolution solution) =>
        [.. solution.Prices.Select((p, i) => p with { Compute = p.Compute + supplies[i].HeatPrice })];

    // From classes back to their members: a supply's share of its class, and of each demand the fraction of its class.
    private static PlacedDemands Part(AllocationProblem problem, PlacedDemands placed, List<Class<Supply>> supplies, List<Class<Demand>> demands)
    {
        var shares = new IReadOnlyList<(int, double)>[problem.Supplies.Count];
        Array.Fill(shares, []);
        var prices = new Amounts[problem.Supplies.Count];
        for (var c = 0; c < supplies.Count; c++)
        {
            foreach (var member in supplies[c].Members)
            {
                var part = problem.Supplies[member].Capacity.Sum / supplies[c].Item.Capacity.Sum;
                shares[member] = [.. placed.Shares[c].Select(s => (s.Pool, s.Share * part))];
                prices[member] = placed.Prices[c];
            }
        }

        var demandPrices = new double[problem.Demands.Count];
        for (var c = 0; c < demands.Count; c++)
        {
            foreach (var member in demands[c].Members)
            {
                demandPrices[member] = placed.DemandPrices[c] * (problem.Demands[member].Size.Sum / demands[c].Item.Size.Sum);
            }
        }

        return placed with
        {
            Pools = [.. placed.Pools.Select(pool => (IReadOnlyList<(int, double)>)[.. pool.SelectMany(p => demands[p.Demand].Members.Select(m => (m, p.Fraction))).OrderBy(static p => p.m)])],
            Shares = shares,
            Prices = prices,
            DemandPrices = demandPrices,
        };
    }
}
