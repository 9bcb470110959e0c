using System.Collections.Frozen;
using Datahall.Scheduling.Fragmentation;

namespace Datahall.Scheduling.Policies;

/// <summary>The placement policies by name.</summary>
public static class PlacementPolicies
{
    internal const string Random = "random";

    private static readonly FrozenDictionary<string, IPlacementPolicy> ByName = new IPlacementPolicy[]
    {
        new BestFitPolicy(), new RandomPolicy(), new SpreadPolicy(), new DotProductPolicy(), new GpuPackingPolicy(), new GpuClusteringPolicy(),
        new FragmentationPolicy(), new ForesightPolicy(), new EnergyPolicy(), new DataPolicy(), new AffinityPolicy(), new TopologyPolicy(),
    }.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>The names of single policies, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Finds a policy, or makes one from a profile's text such as <c>foresight:3,energy:1,keep-gpu-nodes</c>.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message says what is wrong.</exception>
    public static IPlacementPolicy Find(string name) => ByName.GetValueOrDefault(name) ?? Of(PlacementProfile.Parse(name));

    /// <summary>The policy of a profile.</summary>
    /// <exception cref="ArgumentException">The profile names a policy or a filter that does not exist.</exception>
    public static IPlacementPolicy Of(PlacementProfile profile) =>
        profile is { Scores: [{ Policy: var only }], Filters: [] } ? Single(only) : new WeightedPolicy(profile);

    /// <summary>Finds a single policy.</summary>
    internal static IPlacementPolicy Single(string name) => ByName.GetValueOrDefault(name)
        ?? throw new ArgumentException($"there is no placement policy '{name}'; there are {string.Join(", ", Names)}", nameof(name));
}
