using System.Collections.Frozen;
using Datahall.Gateway.Dispatch;
using Datahall.Model;

namespace Datahall.Gateway.Tenancy;

/// <summary>A tenant at this gateway: what it may, and what it has used. Thread-safe.</summary>
public sealed class TenantState
{
    private readonly TokenBucket requests = new();
    private readonly TokenBucket tokens = new();
    private volatile Allowance allowance = new(new(), 0, null);
    private int inFlight;
    private long admitted;
    private long refused;
    private long used;

    internal TenantState(string name) => Name = name;

    /// <summary>The tenant whose requests bring no key.</summary>
    public static TenantState Anonymous { get; } = new("");

    /// <summary>The name; empty: nobody's.</summary>
    public string Name { get; }

    /// <summary>Whether its tokens are limited, so that answers must be counted.</summary>
    public bool CountsTokens => allowance.Spec.TokensPerMinute > 0;

    internal int Priority => allowance.Spec.Priority;

    internal double Weight => allowance.Spec.Weight;

    internal int InFlight => Volatile.Read(ref inFlight);

    internal long Admitted => Volatile.Read(ref admitted);

    internal long Refused => Volatile.Read(ref refused);

    internal long Tokens => Volatile.Read(ref used);

    /// <summary>What it may from now on.</summary>
    /// <param name="spec">What the manifest says.</param>
    /// <param name="gateways">How many gateways share it: each gives an equal part.</param>
    /// <param name="now">The time.</param>
    internal void Update(TenantSpec spec, int gateways, long now)
    {
        var models = spec.Models.Count == 0 ? null : spec.Models.ToFrozenSet(StringComparer.Ordinal);
        allowance = new(spec, spec.Concurrency == 0 ? 0 : Math.Max(1, spec.Concurrency / gateways), models);
        requests.Set((double)spec.RequestsPerMinute / gateways, now);
        tokens.Set((double)spec.TokensPerMinute / gateways, now);
    }

    /// <summary>Whether it may call a route at all.</summary>
    internal bool MayUse(Route route) => allowance.Models is not { } models || models.Contains(route.Name) || route.Models.Any(models.Contains);

    /// <summary>Lets a request in, or says why not. What is let in is given back by <see cref="Release"/>.</summary>
    internal Refusal? Admit(Route route, long now)
    {
        var held = allowance;
        if (!MayUse(route))
        {
            return Refuse(Refusal.ModelForbidden);
        }

        if (Interlocked.Increment(ref inFlight) > held.Concurrency && held.Concurrency > 0)
        {
            Interlocked.Decrement(ref inFlight);
            return Refuse(Refusal.TenantConcurrency);
        }

        var refusal = Later(Refusal.RequestRate, requests.Take(1, now)) ?? Later(Refusal.TokenRate, tokens.Take(0, now));
        if (refusal is not null)
        {
            Interlocked.Decrement(ref inFlight);
            return Refuse(refusal);
        }

        Interlocked.Increment(ref admitted);
        return null;
    }

    /// <summary>A request that was let in ended.</summary>
    internal void Release() => Interlocked.Decrement(ref inFlight);

    /// <summary>An answer used tokens.</summary>
    internal void Charge(long amount, long now)
    {
        Interlocked.Add(ref used, amount);
        tokens.Charge(amount, now);
    }

    private Refusal Refuse(Refusal refusal)
    {
        Interlocked.Increment(ref refused);
        return refusal;
    }

    private static Refusal? Later(Refusal refusal, double seconds) =>
        seconds <= 0 ? null : refusal with { RetryAfterSeconds = (int)Math.Clamp(Math.Ceiling(seconds), 1, 3600) };

    private sealed record Allowance(TenantSpec Spec, int Concurrency, FrozenSet<string>? Models);
}
