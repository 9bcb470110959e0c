namespace Datahall.Optimization.Energy.Allocation;

/// <summary>Where tasks may be placed: a node, alike nodes together, or a part of some.</summary>
/// <param name="Capacity">What there is, finite and not negative.</param>
/// <param name="HeatPrice">What a unit of compute used here costs in the objective, by the heat it makes; 0 or more.</param>
internal readonly record struct Supply(Amounts Capacity, double HeatPrice);

/// <summary>What is to be placed: a task, or alike tasks together. Any fraction of it, from 0 to 1, may be placed anywhere, all three amounts in proportion.</summary>
/// <param name="Size">What all of it takes, finite and not negative.</param>
/// <param name="Value">What all of it is worth in the objective when it is placed, before heat; 0 or more.</param>
/// <param name="Must">Whether all of it must be placed.</param>
internal readonly record struct Demand(Amounts Size, double Value, bool Must);

/// <summary>The linear program of the allocation, with the fans held still.</summary>
/// <remarks>
/// Maximise the sum over supplies i and demands j of (value_j - heatPrice_i · compute_j) x_ij, with: the sum over j of size_j x_ij at most capacity_i, for each of
/// three resources; the sum over i of x_ij at most 1, and 1 where j must be placed; x not negative.
/// </remarks>
internal sealed record AllocationProblem(IReadOnlyList<Supply> Supplies, IReadOnlyList<Demand> Demands);

/// <summary>How hard the allocation is worked on.</summary>
internal sealed record AllocationOptions
{
    /// <summary>The OR-Tools solver: GLOP, CLP or PDLP.</summary>
    public string Solver { get; init; } = "GLOP";

    /// <summary>Up to so many pairs of a supply class and a demand class the program is solved whole; above, nodes are pooled and the gap is certified.</summary>
    public int MostPairs { get; init; } = 40_000;

    /// <summary>No pooled program has more pairs than this.</summary>
    public int MostPooledPairs { get; init; } = 400_000;

    /// <summary>The relative gap between what is reached and the dual bound at which pooling is fine enough.</summary>
    public double Gap { get; init; } = 5e-5;
}
