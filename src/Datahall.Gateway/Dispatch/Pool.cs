using Datahall.Gateway.Balancing;
using Datahall.Model;

namespace Datahall.Gateway.Dispatch;

/// <summary>Replicas between which the balancing policy chooses: all of a service, or those of one version while two are split.</summary>
internal sealed class Pool
{
    private readonly Balancer balancer;

    public Pool(int? version, RouteSpec spec, IReadOnlyList<Replica> replicas, SendProbe probe)
    {
        Version = version;
        Policy = spec.Balance.Policy;
        Options = OptionsOf(spec);
        balancer = new(BalancingPolicies.Create(NameOf(Policy), Options, probe), replicas);
        Replicas = [.. replicas];
    }

    /// <summary>The version; null: all.</summary>
    public int? Version { get; }

    public BalancePolicy Policy { get; }

    public BalancingOptions Options { get; }

    /// <summary>The replicas; swapped whole.</summary>
    public Replica[] Replicas { get; private set; }

    /// <summary>Other replicas from now on; what the policy learnt stays.</summary>
    public void Replace(IReadOnlyList<Replica> replicas)
    {
        Replica[] next = [.. replicas];
        if (!next.SequenceEqual(Replicas))
        {
            balancer.Replace(next);
            Replicas = next;
        }
    }

    /// <summary>Chooses, and counts the request as in flight there.</summary>
    /// <param name="view">What the policy may know.</param>
    /// <param name="tried">Where it was tried already; left out while there is another.</param>
    /// <param name="most">How many requests a replica may have of this gateway; 0: no limit.</param>
    /// <param name="now">The time.</param>
    /// <param name="random">The lane's generator.</param>
    public Replica? Take(in RequestView view, ReadOnlySpan<Replica?> tried, int most, long now, Random random)
    {
        var picked = (Replica?)balancer.Pick(view, now, random);
        if (picked is not null && ((most > 0 && picked.InFlight >= most) || Has(tried, picked)))
        {
            picked = Other(tried, most) ?? (most == 0 ? picked : Other([], most));
        }

        if (picked is not null)
        {
            balancer.OnStart(picked, view, now);
        }

        return picked;
    }

    /// <summary>Whether a replica can be chosen that was not tried.</summary>
    public bool HasOther(ReadOnlySpan<Replica?> tried) => Other(tried, 0) is not null;

    // The least busy of those left; what the policy prefers is not to be had.
    private Replica? Other(ReadOnlySpan<Replica?> tried, int most)
    {
        Replica? best = null;
        foreach (var replica in Replicas)
        {
            if (replica.IsReady && (most == 0 || replica.InFlight < most) && (best is null || replica.InFlight < best.InFlight) && !Has(tried, replica))
            {
                best = replica;
            }
        }

        return best;
    }

    private static bool Has(ReadOnlySpan<Replica?> tried, Replica replica)
    {
        foreach (var one in tried)
        {
            if (ReferenceEquals(one, replica))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a route says about balancing, in the policies' words.</summary>
    public static BalancingOptions OptionsOf(RouteSpec spec) => new()
    {
        SlowStartSeconds = spec.Balance.SlowStart.TimeSpan.TotalSeconds,
        Signal = spec.Balance.ByFirstByte ? LatencySignal.FirstByte : LatencySignal.LastByte,
    };

    private static string NameOf(BalancePolicy policy) => policy switch
    {
        BalancePolicy.RoundRobin => "round-robin",
        BalancePolicy.Weighted => "weighted",
        BalancePolicy.LeastRequests => "least-requests",
        BalancePolicy.PowerOfTwo => "power-of-two",
        BalancePolicy.Prequal => "prequal",
        BalancePolicy.ConsistentHash => "consistent-hash",
        BalancePolicy.PrefixAffinity => "prefix-affinity",
        BalancePolicy.SessionAffinity => "session-affinity",
        _ => BalancingPolicies.Default,
    };
}
