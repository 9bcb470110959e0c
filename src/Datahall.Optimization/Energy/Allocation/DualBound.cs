namespace Datahall.Optimization.Energy.Allocation;

/// <summary>An upper bound on what any allocation can reach, from prices; it does not trust the solver that gave them.</summary>
/// <remarks>
/// The dual of the allocation: minimise Σ_i capacity_i·λ_i + Σ_j π_j with size_j·(λ_i + heatPrice_i on compute) + π_j ≥ value_j for each pair, λ ≥ 0, π_j ≥ 0 unless j must
/// be placed. So a vector μ = λ + heat price that is good for one supply is good for every other whose heat price it does not undercut on compute, and may be raised
/// where it does. Given some vectors μ, π_j = the largest value_j - size_j·μ repairs what tolerance left undone, and each supply takes the vector that is cheapest for it.
/// O((supplies + demands) × vectors).
/// </remarks>
internal sealed class DualBound
{
    private DualBound(double value, IReadOnlyList<double> supplyShares, IReadOnlyList<Amounts> prices, IReadOnlyList<double> demandPrices) =>
        (Value, SupplyShares, Prices, DemandPrices) = (value, supplyShares, prices, demandPrices);

    /// <summary>The bound: no allocation has a higher objective.</summary>
    public double Value { get; }

    /// <summary>Each supply's part of the bound: its capacity at its prices.</summary>
    public IReadOnlyList<double> SupplyShares { get; }

    /// <summary>Each supply's prices.</summary>
    public IReadOnlyList<Amounts> Prices { get; }

    /// <summary>Each demand's price.</summary>
    public IReadOnlyList<double> DemandPrices { get; }

    /// <summary>Bounds a program.</summary>
    /// <param name="supplies">All supplies.</param>
    /// <param name="demands">All demands.</param>
    /// <param name="vectors">Prices of resources with the heat price in them, each not negative; at least one.</param>
    public static DualBound Of(IReadOnlyList<Supply> supplies, IReadOnlyList<Demand> demands, IReadOnlyList<Amounts> vectors)
    {
        var prices = new Amounts[supplies.Count];
        var shares = new double[supplies.Count];
        for (var i = 0; i < supplies.Count; i++)
        {
            shares[i] = double.PositiveInfinity;
            foreach (var vector in vectors)
            {
                var price = vector with { Compute = Math.Max(0, vector.Compute - supplies[i].HeatPrice) };
                if (supplies[i].Capacity.Dot(price) is var cost && cost < shares[i])
                {
                    (shares[i], prices[i]) = (cost, price);
                }
            }
        }

        var demandPrices = demands.Select(d => vectors.Max(v => d.Value - d.Size.Dot(v)) is var most && d.Must ? most : Math.Max(0, most)).ToArray();
        return new(shares.Sum() + demandPrices.Sum(), shares, prices, demandPrices);
    }
}
