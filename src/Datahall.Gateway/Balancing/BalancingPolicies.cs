using System.Collections.Frozen;
using Datahall.Gateway.Balancing.Policies;

namespace Datahall.Gateway.Balancing;

/// <summary>The policies by name.</summary>
public static class BalancingPolicies
{
    /// <summary>The policy of routes that name none.</summary>
    public const string Default = "least-ewma";

    private static readonly FrozenDictionary<string, Func<BalancingOptions, SendProbe, IBalancingPolicy>> policies =
        new Dictionary<string, Func<BalancingOptions, SendProbe, IBalancingPolicy>>
        {
            ["round-robin"] = static (_, _) => new RoundRobin(),
            ["weighted"] = static (_, _) => new WeightedRoundRobin(),
            ["least-requests"] = static (_, _) => new LeastRequests(),
            ["power-of-two"] = static (_, _) => new PowerOfTwo(),
            [Default] = static (_, _) => new LeastEwma(),
            ["prequal"] = static (options, probe) => new Prequal(options.Prequal, probe),
            ["consistent-hash"] = static (options, _) => new ConsistentHash(options.BoundedLoadFactor),
            ["prefix-affinity"] = static (options, _) => new PrefixAffinity(options.Prefix),
            ["session-affinity"] = static (_, _) => new SessionAffinity(),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. policies.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Makes a policy for one balancer.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">What it assumes.</param>
    /// <param name="probe">Sends a probe, for the policy that needs them.</param>
    /// <exception cref="ArgumentException">There is no such policy.</exception>
    public static IBalancingPolicy Create(string name, BalancingOptions options, SendProbe probe) => policies.TryGetValue(name, out var create)
        ? create(options, probe)
        : throw new ArgumentException($"there is no balancing policy '{name}'; there is {string.Join(", ", Names)}", nameof(name));
}
