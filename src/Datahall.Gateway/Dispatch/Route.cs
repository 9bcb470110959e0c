using System.Net;
using Datahall.Gateway.Balancing;
using Datahall.Gateway.Observing;
using Datahall.Gateway.Routes;
using Datahall.Model;

namespace Datahall.Gateway.Dispatch;

/// <summary>A service or an ensemble, as one gateway serves it. It outlives changes of its configuration.</summary>
/// <remarks>Thread-safe. <see cref="Update"/> has one caller at a time.</remarks>
public sealed class Route
{
    private volatile Split split = Split.Empty;
    private volatile RouteConfig config;
    private int mostPerReplica;
    private LoneCount slotsInUse;
    private volatile bool isPanicking;
    private volatile Replica[] leaving = [];

    internal Route(RouteConfig config)
    {
        this.config = config;
        Budget = new(config.Spec.Retry.Budget);
        HedgeBudget = new(config.Spec.Hedge?.Budget ?? 0);
    }

    /// <summary>The name of the service or the ensemble.</summary>
    public string Name => config.Name;

    /// <summary>What the manifest says.</summary>
    public RouteSpec Spec => config.Spec;

    /// <summary>The models it serves; the resource's own name when the manifest names none.</summary>
    public IReadOnlyList<string> Models => Spec.Models.Count > 0 || Spec.Protocol is RouteProtocol.Http ? Spec.Models : [Name];

    /// <summary>Whom an ensemble asks; null: this is a service.</summary>
    public EnsembleSpec? Ensemble => config.Ensemble;

    /// <summary>Whether requests may be sent to several replicas at once: hedged, mirrored or to an ensemble. Not every lane does that.</summary>
    public bool FansOut => Ensemble is not null || Spec.Hedge is not null || HasShadow;

    /// <summary>Whether a version of it gets copies of the requests.</summary>
    public bool HasShadow => split.Shadow is not null;

    /// <summary>The replicas.</summary>
    public IReadOnlyList<Replica> Replicas => split.All;

    /// <summary>Replicas that get no requests any more, but may still have some.</summary>
    internal IReadOnlyList<Replica> Leaving => leaving;

    /// <summary>Whether so few replicas are usable that ejections are ignored.</summary>
    internal bool IsPanicking => isPanicking;

    /// <summary>Whether requests wait while there is no replica.</summary>
    internal bool IsAwaited => config.Awaited;

    internal string? HealthPath => config.HealthPath;

    /// <summary>Whether the control plane does not know it any more.</summary>
    internal bool IsGone { get; private set; }

    internal WaitingRoom Room { get; } = new();

    internal RouteStats Stats { get; } = new();

    internal RetryBudget Budget { get; private set; }

    internal RetryBudget HedgeBudget { get; private set; }

    /// <summary>How many requests a replica may have of this gateway; 0: no limit.</summary>
    internal int MostPerReplica => Volatile.Read(ref mostPerReplica);

    /// <summary>Takes up what the control plane says now.</summary>
    /// <param name="next">What it says.</param>
    /// <param name="gateways">How many gateways share the limits.</param>
    /// <param name="endPoints">Finds a replica's end point; null: its name is not known, it is left out.</param>
    /// <param name="now">The time.</param>
    /// <returns>The replicas that have gone.</returns>
    internal IReadOnlyList<Replica> Update(RouteConfig next, int gateways, Func<ReplicaConfig, EndPoint?> endPoints, long now)
    {
        var before = split.All;
        if (next.Spec.Retry.Budget != Spec.Retry.Budget || next.Spec.Hedge?.Budget != Spec.Hedge?.Budget)
        {
            (Budget, HedgeBudget) = (new(next.Spec.Retry.Budget), new(next.Spec.Hedge?.Budget ?? 0));
        }

        var options = Pool.OptionsOf(next.Spec);
        var known = before.ToDictionary(replica => replica.Config);
        var fresh = options == Pool.OptionsOf(Spec) || before.Length == 0;
        config = next;
        List<Replica> all = [];
        foreach (var one in next.Replicas)
        {
            if (fresh && known.GetValueOrDefault(one) is { } kept)
            {
                all.Add(kept);
            }
            else if (endPoints(one) is { } endPoint)
            {
                all.Add(Join(new(this, one, endPoint, options), before.Length > 0, now));
            }
        }

        Volatile.Write(ref mostPerReplica, next.Spec.Limits.PerReplica == 0 ? 0 : Math.Max(1, (next.Spec.Limits.PerReplica + gateways - 1) / gateways));
        split = Split.Of(next, all, split);
        Stats.Keep(next.Versions.Select(static version => version.Number).Concat(all.Select(static replica => replica.Version)));
        var gone = before.Except(all).ToList();
        gone.ForEach(static replica => replica.Health.MarkGone());
        leaving = [.. leaving.Concat(gone).Where(static replica => replica.InFlight > 0)];
        LookAround(now);
        return gone;
    }

    /// <summary>The control plane does not know it any more.</summary>
    /// <returns>Its replicas.</returns>
    internal IReadOnlyList<Replica> Retire()
    {
        IsGone = true;
        foreach (var replica in split.All)
        {
            replica.Health.MarkGone();
        }

        return split.All;
    }

    /// <summary>Chooses a replica and counts a request as in flight there; null when none can be had.</summary>
    internal Replica? Take(in RequestView view, ReadOnlySpan<Replica?> tried, long now, Random random)
    {
        var current = split;
        var most = MostPerReplica;
        var first = current.Choose(random);
        if (first?.Take(view, tried, most, now, random) is { } replica)
        {
            return Busy(replica, now);
        }

        // The version that the request was meant for has none: rather another one than none.
        foreach (var pool in current.Pools)
        {
            if (pool != first && pool.Take(view, tried, most, now, random) is { } other)
            {
                return Busy(other, now);
            }
        }

        return null;
    }

    /// <summary>Chooses a replica of the version that gets copies; null: there is none.</summary>
    internal Replica? TakeShadow(in RequestView view, long now, Random random) =>
        split.Shadow?.Take(view, [], 0, now, random) is { } replica ? Busy(replica, now) : null;

    /// <summary>Whether there is a usable replica that was not tried.</summary>
    internal bool HasOther(ReadOnlySpan<Replica?> tried)
    {
        foreach (var pool in split.Pools)
        {
            if (pool.HasOther(tried))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether any replica is usable.</summary>
    internal bool HasUsable()
    {
        foreach (var replica in split.Serving)
        {
            if (replica.IsReady)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes one of the places that all replicas have together.</summary>
    internal bool TryTakeSlot()
    {
        var most = MostPerReplica;
        if (slotsInUse.Increment() <= (long)most * split.Usable() || most == 0)
        {
            return true;
        }

        slotsInUse.Decrement();
        return false;
    }

    /// <summary>Lets go on what waits, as far as there is room; all of it when the route is gone.</summary>
    internal void Pump()
    {
        while (IsGone && Room.TakeExpired(long.MaxValue) is { } left)
        {
            left.Resume();
        }

        while (Room.Count > 0 && HasUsable() && TryTakeSlot())
        {
            if (Room.TakeNext() is { } next)
            {
                next.Resume();
            }
            else
            {
                ReleaseSlot();
            }
        }
    }

    /// <summary>Gives a place back.</summary>
    internal void ReleaseSlot() => slotsInUse.Decrement();

    /// <summary>How many requests are at replicas.</summary>
    internal int InFlight => Math.Max(0, slotsInUse.Value);

    /// <summary>Whether one more replica may be ejected for its answers.</summary>
    internal bool MayEject()
    {
        var all = split.All;
        var ejected = all.Count(static replica => replica.Health.IsEjected);
        return all.Length > 1 && ejected < Math.Max(1, Math.Floor(all.Length * Spec.Ejection.Share));
    }

    /// <summary>Sees whether the route panics, and whether the ejections of replicas are over.</summary>
    internal void LookAround(long now)
    {
        var all = split.All;
        var probed = Spec.Probe.Interval.Milliseconds > 0;
        foreach (var replica in all)
        {
            replica.Health.OnTime(probed, now);
        }

        var usable = all.Count(static replica => replica.Health is { IsDown: false, IsEjected: false });
        var panics = all.Length > 0 && usable < all.Length * Spec.Ejection.Panic;
        if (panics != isPanicking)
        {
            isPanicking = panics;
            foreach (var replica in all)
            {
                replica.Health.Reconsider(now);
            }
        }
    }

    private static Replica Busy(Replica replica, long now)
    {
        if (replica.InFlight == 1)
        {
            replica.OnByte(now); // Its silence counts from here.
        }

        return replica;
    }

    private static Replica Join(Replica replica, bool others, long now)
    {
        if (others)
        {
            // It becomes ready now, so that slow start begins.
            replica.MarkUnready();
            replica.MarkReady(now);
        }

        return replica;
    }
}
