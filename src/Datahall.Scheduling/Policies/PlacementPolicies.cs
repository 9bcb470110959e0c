using System.Collections.Frozen;

namespace Datahall.Scheduling.Policies;

/// <summary>The placement policies by name.</summary>
public static class PlacementPolicies
{
    private static readonly FrozenDictionary<string, IPlacementPolicy> ByName =
        new IPlacementPolicy[] { new BestFitPolicy(), new RandomPolicy() }.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Finds a policy.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IPlacementPolicy Find(string name) => ByName.GetValueOrDefault(name)
        ?? throw new ArgumentException($"there is no placement policy '{name}'; there are {string.Join(", ", Names)}", nameof(name));
}
