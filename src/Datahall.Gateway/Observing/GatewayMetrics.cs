using System.Diagnostics.Metrics;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Tenancy;
using Datahall.Model.Traffic;

namespace Datahall.Gateway.Observing;

/// <summary>What a gateway tells monitoring. All of it is read from counts that exist anyway: requests pay nothing for it.</summary>
/// <remarks>
/// Tags come from resources that people apply (routes, replicas, tenants), never from requests, and of each kind at most <see cref="MostOfEach"/> are told
/// apart; the rest are summed up as <c>other</c>.
/// </remarks>
internal sealed class GatewayMetrics : IDisposable
{
    /// <summary>How many routes, replicas or tenants are told apart.</summary>
    public const int MostOfEach = 1000;

    private const string Other = "other";
    private const string NoRoute = "none";

    private readonly Meter meter = new("Datahall.Gateway");
    private readonly Dispatcher dispatcher;

    public GatewayMetrics(Dispatcher dispatcher)
    {
        this.dispatcher = dispatcher;
        meter.CreateObservableCounter("datahall.gateway.requests", Requests, "{request}", "Requests answered, by route and class of status code");
        meter.CreateObservableCounter("datahall.gateway.refusals", Refusals, "{request}", "Requests that the gateway itself refused, by route and reason");
        meter.CreateObservableCounter("datahall.gateway.retries", () => OfRoutes(static route => route.Stats.Retries), "{request}", "Requests that were sent once more");
        meter.CreateObservableCounter("datahall.gateway.hedges", () => OfRoutes(static route => route.Stats.Hedges), "{request}", "Requests that were sent to a second replica for slowness");
        meter.CreateObservableCounter("datahall.gateway.mirrored", () => OfRoutes(static route => route.Stats.Mirrored), "{request}", "Copies that were sent to a version in the shadow");
        meter.CreateObservableCounter("datahall.gateway.request.bytes", () => OfRoutes(static route => route.Stats.BytesIn), "By", "Bytes of requests' bodies");
        meter.CreateObservableCounter("datahall.gateway.response.bytes", () => OfRoutes(static route => route.Stats.BytesOut), "By", "Bytes of answers' bodies");
        meter.CreateObservableUpDownCounter("datahall.gateway.waiting", () => OfRoutes(static route => route.Room.Count), "{request}", "Requests that wait at the gateway");
        meter.CreateObservableCounter("datahall.gateway.upstream.answers", Answers, "{request}", "Answers of versions, by outcome");
        meter.CreateObservableCounter("datahall.gateway.upstream.seconds", Seconds, "s", "How long the answers without failures took together");
        meter.CreateObservableGauge("datahall.gateway.upstream.latency", Latency, "s", "The latency that a share of all answers without failures did not exceed");
        meter.CreateObservableUpDownCounter("datahall.gateway.replica.in_flight", () => OfReplicas(static replica => replica.InFlight), "{request}", "Requests at a replica");
        meter.CreateObservableCounter("datahall.gateway.replica.failures", () => OfReplicas(static replica => replica.Failed), "{request}", "Failures of a replica");
        meter.CreateObservableGauge("datahall.gateway.replica.usable", () => OfReplicas(static replica => replica.IsUsable ? 1 : 0), null, "Whether a replica gets requests");
        meter.CreateObservableCounter("datahall.gateway.tenant.requests", () => OfTenants(static tenant => tenant.Admitted), "{request}", "Requests of a tenant that were let in");
        meter.CreateObservableCounter("datahall.gateway.tenant.refusals", () => OfTenants(static tenant => tenant.Refused), "{request}", "Requests of a tenant above what it may");
        meter.CreateObservableCounter("datahall.gateway.tenant.tokens", () => OfTenants(static tenant => tenant.Tokens), "{token}", "Tokens that a tenant used, where they are limited");
    }

    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<long>> Requests()
    {
        foreach (var (name, routes) in Routes())
        {
            for (var status = 1; status <= 5; status++)
            {
                var kind = status;
                if (routes.Sum(route => route.Stats.Answered(kind)) is > 0 and var count)
                {
                    yield return new(count, new("route", name), new("status", $"{kind}xx"));
                }
            }
        }

        for (var status = 1; status <= 5; status++)
        {
            if (dispatcher.Unrouted.Answered(status) is > 0 and var count)
            {
                yield return new(count, new("route", NoRoute), new("status", $"{status}xx"));
            }
        }
    }

    private IEnumerable<Measurement<long>> Refusals()
    {
        var routed =
            from routes in Routes()
            from refusal in routes.Routes.SelectMany(static route => route.Stats.Refusals).GroupBy(static refusal => refusal.Reason)
            select Refused(routes.Name, refusal.Key, refusal.Sum(static one => one.Count));
        return routed.Concat(dispatcher.Unrouted.Refusals.Select(static refusal => Refused(NoRoute, refusal.Reason, refusal.Count)));
    }

    private static Measurement<long> Refused(string route, string reason, long count) => new(count, new("route", route), new("reason", reason));

    private IEnumerable<Measurement<long>> Answers()
    {
        foreach (var (name, routes) in Routes())
        {
            foreach (var version in routes.SelectMany(static route => route.Stats.Versions).GroupBy(version => name == Other ? 0 : version.Version))
            {
                var totals = version.Select(static one => one.Read()).ToList();
                yield return new(totals.Sum(static one => one.Succeeded), new("route", name), new("version", version.Key), new("outcome", "success"));
                yield return new(totals.Sum(static one => one.Failed), new("route", name), new("version", version.Key), new("outcome", "failure"));
            }
        }
    }

    private IEnumerable<Measurement<double>> Seconds() =>
        from routes in Routes()
        select new Measurement<double>(routes.Routes.SelectMany(static route => route.Stats.Versions).Sum(static version => version.Read().Seconds), new KeyValuePair<string, object?>("route", routes.Name));

    private IEnumerable<Measurement<double>> Latency()
    {
        foreach (var (name, routes) in Routes())
        {
            var counts = new long[LatencyHistogram.Buckets];
            foreach (var totals in routes.SelectMany(static route => route.Stats.Versions).Select(static version => version.Read()))
            {
                for (var i = 0; i < counts.Length; i++)
                {
                    counts[i] += totals.Latency[i];
                }
            }

            foreach (var quantile in (double[])[0.5, 0.9, 0.99])
            {
                yield return new(LatencyHistogram.Quantile(counts, quantile), new("route", name), new("quantile", quantile));
            }
        }
    }

    private IEnumerable<Measurement<long>> OfRoutes(Func<Route, long> count) =>
        Routes().Select(routes => new Measurement<long>(routes.Routes.Sum(count), new KeyValuePair<string, object?>("route", routes.Name)));

    private IEnumerable<Measurement<long>> OfReplicas(Func<Replica, long> count) =>
        from replica in dispatcher.Routes.SelectMany(static route => route.Replicas).Take(MostOfEach)
        select new Measurement<long>(count(replica), new("route", replica.Route.Name), new("replica", replica.Name));

    private IEnumerable<Measurement<long>> OfTenants(Func<TenantState, long> count)
    {
        var tenants = dispatcher.Current.Tenants.Tenants;
        foreach (var tenant in tenants.Take(MostOfEach))
        {
            yield return new(count(tenant), new KeyValuePair<string, object?>("tenant", tenant.Name));
        }

        if (tenants.Count > MostOfEach)
        {
            yield return new(tenants.Skip(MostOfEach).Sum(count), new KeyValuePair<string, object?>("tenant", Other));
        }
    }

    private IEnumerable<(string Name, IReadOnlyList<Route> Routes)> Routes()
    {
        var routes = dispatcher.Routes;
        foreach (var route in routes.Take(MostOfEach))
        {
            yield return (route.Name, [route]);
        }

        if (routes.Count > MostOfEach)
        {
            yield return (Other, [.. routes.Skip(MostOfEach)]);
        }
    }
}
