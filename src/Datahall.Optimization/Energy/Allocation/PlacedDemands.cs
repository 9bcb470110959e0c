namespace Datahall.Optimization.Energy.Allocation;

/// <summary>A solved allocation.</summary>
/// <remarks>
/// What is placed is kept in factors: pools of supplies with the fractions placed there, and each supply's shares of pools. A hall of 10,000 nodes and 1,000 tasks has
/// ten million pairs, and few hundred pools say it all.
/// </remarks>
/// <param name="Pools">For each pool the demands placed there, with the fraction of the demand.</param>
/// <param name="Shares">For each supply the pools it is part of, with its share of the pool.</param>
/// <param name="Prices">For each supply what a unit more of each resource is worth.</param>
/// <param name="DemandPrices">For each demand what another one like it is worth.</param>
/// <param name="Objective">The objective.</param>
/// <param name="Bound">No allocation has a higher objective.</param>
internal sealed record PlacedDemands(
    IReadOnlyList<IReadOnlyList<(int Demand, double Fraction)>> Pools,
    IReadOnlyList<IReadOnlyList<(int Pool, double Share)>> Shares,
    IReadOnlyList<Amounts> Prices,
    IReadOnlyList<double> DemandPrices,
    double Objective,
    double Bound)
{
    /// <summary>How far the objective can be below the best there is, relative to the bound.</summary>
    public double Gap => (Bound - Objective) / Math.Max(Math.Abs(Bound), double.Epsilon);

    /// <summary>What is placed on a supply: demands in their order, each with the fraction of it.</summary>
    public IEnumerable<(int Demand, double Fraction)> On(int supply) => Shares[supply] is [var (pool, share)]
        ? Pools[pool].Select(p => (p.Demand, p.Fraction * share))
        : Shares[supply].SelectMany(s => Pools[s.Pool].Select(p => (p.Demand, Fraction: p.Fraction * s.Share)))
            .GroupBy(static p => p.Demand).OrderBy(static g => g.Key).Select(static g => (g.Key, g.Sum(static p => p.Fraction)));

    /// <summary>What is used of each supply.</summary>
    public IReadOnlyList<Amounts> Used(IReadOnlyList<Demand> demands)
    {
        var used = Pools.Select(pool => pool.Aggregate(default(Amounts), (sum, p) => sum + (p.Fraction * demands[p.Demand].Size))).ToList();
        return [.. Shares.Select(shares => shares.Aggregate(default(Amounts), (sum, s) => sum + (s.Share * used[s.Pool])))];
    }

    /// <summary>The fraction placed of each demand.</summary>
    public IReadOnlyList<double> Placed(int demands)
    {
        var placed = new double[demands];
        foreach (var (demand, fraction) in Pools.SelectMany(static pool => pool))
        {
            placed[demand] += fraction;
        }

        return placed;
    }
}
