using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Placement;

/// <summary>Places for a whole gang, or why there are none.</summary>
/// <param name="Members">The places in the order of the members; empty when the gang was refused.</param>
/// <param name="Level">The level of the domain that holds the gang, as in <c>NodeTopology.Levels</c>, or <see cref="Cluster"/>; null when refused.</param>
/// <param name="Refusal">Why the gang has no place; null when it has.</param>
public sealed record GangPlan(IReadOnlyList<Choice> Members, string? Level, GangRefusal? Refusal)
{
    /// <summary>The level of a gang that no single domain holds.</summary>
    public const string Cluster = "cluster";
}

/// <summary>Why a gang has no place.</summary>
/// <param name="Placed">How many members would fit, in their order; the next one is the first without a place.</param>
/// <param name="Reason">Why that one has none, with the others in place.</param>
public sealed record GangRefusal(int Placed, Refusal Reason);
