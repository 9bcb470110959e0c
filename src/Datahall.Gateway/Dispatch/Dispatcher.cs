using System.Net;
using Datahall.Gateway.Observing;
using Datahall.Gateway.Routes;
using Datahall.Gateway.Tenancy;

namespace Datahall.Gateway.Dispatch;

/// <summary>What all lanes of a gateway share: the routes and tenants of the moment, and what is known of the replicas.</summary>
/// <remarks>Thread-safe. <see cref="Apply"/> and <see cref="LookAround"/> have one caller each.</remarks>
/// <param name="seed">What the lanes' generators are seeded with.</param>
public sealed class Dispatcher(int seed)
{
    private static readonly TimeSpan shortestSuspicion = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Route> routes = new(StringComparer.Ordinal);
    private volatile GatewaySnapshot current = new(0, new([]), TenantTable.Empty);
    private volatile IExchangeLane[] lanes = [];
    private int exchanges;
    private long lookedAt;

    /// <summary>The routes of the moment, by name.</summary>
    public IReadOnlyList<Route> Routes => current.Table.Routes;

    internal GatewaySnapshot Current => current;

    /// <summary>Where each request is written down; null: nowhere.</summary>
    internal AccessLog? AccessLog { get; init; }

    /// <summary>Requests that no route took.</summary>
    internal RouteStats Unrouted { get; } = new();

    /// <summary>Makes a lane known, so that it learns what becomes of replicas.</summary>
    public void Register(IExchangeLane lane)
    {
        lock (gate)
        {
            lanes = [.. lanes, lane];
        }
    }

    /// <summary>Makes an exchange; a lane uses it for one request after another.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="abilities">What the lane can do.</param>
    /// <param name="stripe">Which of the lane's threads drives it, from 0: counts of different threads do not meet.</param>
    public Exchange NewExchange(IExchangeLane lane, LaneAbilities abilities, int stripe) =>
        new(this, lane, abilities, stripe, new(unchecked(seed + Interlocked.Increment(ref exchanges))));

    /// <summary>Takes up what the control plane says now. What is known of replicas that stay is kept.</summary>
    /// <param name="config">What it says.</param>
    /// <param name="endPoints">Finds a replica's end point; null: its host name is not known, it is left out.</param>
    public void Apply(GatewayConfig config, Func<ReplicaConfig, EndPoint?> endPoints)
    {
        var now = GatewayClock.Now;
        List<Replica> gone = [];
        var retired = routes.Keys.Except(config.Routes.Select(static route => route.Name), StringComparer.Ordinal).ToList();
        var retiring = retired.ConvertAll(name => routes[name]);
        retired.ForEach(name => routes.Remove(name));
        foreach (var route in config.Routes)
        {
            if (!routes.TryGetValue(route.Name, out var known))
            {
                routes[route.Name] = known = new(route);
            }

            gone.AddRange(known.Update(route, Math.Max(1, config.Gateways), endPoints, now));
        }

        current = new(config.Revision, new(routes.Values), current.Tenants.Next(config, now));
        retiring.ForEach(route => gone.AddRange(route.Retire()));
        gone.ForEach(replica => Tell(replica, ReplicaChange.Gone));
        foreach (var route in routes.Values.Concat(retiring))
        {
            route.Pump();
        }
    }

    /// <summary>Called several times a second: ends ejections and waits that are over, and suspects silent replicas.</summary>
    public void LookAround()
    {
        var now = GatewayClock.Now;
        var passed = TimeSpan.FromTicks(lookedAt == 0 ? 0 : (now - lookedAt) / 100);
        lookedAt = now;
        foreach (var route in current.Table.Routes)
        {
            route.Budget.OnTime(passed);
            route.HedgeBudget.OnTime(passed);
            route.LookAround(now);
            foreach (var replica in route.Replicas)
            {
                SuspectSilence(replica, now);
            }

            while (route.Room.TakeExpired(now) is { } expired)
            {
                expired.Resume();
            }

            route.Pump();
        }
    }

    /// <summary>A replica takes no connections, or does not answer probes.</summary>
    internal void MarkDown(Replica replica, string why, long now)
    {
        if (replica.Health.MarkDown(why, now))
        {
            Tell(replica, ReplicaChange.Down);
        }
    }

    /// <summary>A probe of a replica was answered, or not.</summary>
    internal void OnProbe(Replica replica, string? failure, long now)
    {
        if (failure is null)
        {
            replica.Health.OnProbePassed(now);
            replica.Route.Pump();
        }
        else if (replica.Health.OnProbeFailed(failure, now))
        {
            Tell(replica, ReplicaChange.Down);
        }
    }

    // Requests are there, and nothing has come for longer than usual: perhaps it hangs. Only a probe can tell.
    private static void SuspectSilence(Replica replica, long now)
    {
        var patience = Math.Max(shortestSuspicion.TotalSeconds, replica.Latency * 4) * 1e9;
        if (replica.InFlight > 0 && now - replica.LastByte > patience)
        {
            replica.Health.Suspect();
        }
    }

    private void Tell(Replica replica, ReplicaChange change)
    {
        foreach (var lane in lanes)
        {
            lane.OnReplica(replica, change);
        }
    }
}

/// <summary>The routes and the tenants of a moment, and the revision of the control plane's state they are of.</summary>
internal sealed record GatewaySnapshot(long Revision, RoutingTable Table, TenantTable Tenants);
