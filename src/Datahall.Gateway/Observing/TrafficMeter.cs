using Datahall.Gateway.Dispatch;
using Datahall.Model.Traffic;

namespace Datahall.Gateway.Observing;

/// <summary>Makes reports out of the counts: what happened since the last one that was taken. For one caller, but for <see cref="Sample"/>.</summary>
internal sealed class TrafficMeter(Dispatcher dispatcher, string gateway)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Gauges> gauges = new(StringComparer.Ordinal);
    private Dictionary<Route, RouteTotals> told = [];
    private Dictionary<Route, RouteTotals> telling = [];
    private long toldAt;
    private long tellingAt;
    private long sequence;

    /// <summary>Looks at how many requests are under way and wait; called several times a second.</summary>
    public void Sample()
    {
        lock (gate)
        {
            foreach (var route in dispatcher.Routes)
            {
                if (!gauges.TryGetValue(route.Name, out var gauge))
                {
                    gauges[route.Name] = gauge = new();
                }

                gauge.InFlight += route.InFlight;
                gauge.Waiting += route.Room.Count;
                gauge.Samples++;
            }
        }
    }

    /// <summary>What happened since the last report that was taken.</summary>
    /// <param name="now">The time, in nanoseconds.</param>
    public TrafficReport Read(long now)
    {
        var means = Means();
        var revision = dispatcher.Current.Revision; // Read first: what follows may know more, never less.
        telling = [];
        List<ServiceTraffic> services = [];
        foreach (var route in dispatcher.Routes.Where(static route => route.Ensemble is null))
        {
            var totals = RouteTotals.Of(route, now);
            telling[route] = totals;
            services.Add(totals.Since(told.GetValueOrDefault(route) ?? RouteTotals.None) with
            {
                Service = route.Name,
                InFlight = means.GetValueOrDefault(route.Name)?.InFlight ?? 0,
                Waiting = means.GetValueOrDefault(route.Name)?.Waiting ?? 0,
            });
        }

        var seconds = toldAt == 0 ? 1 : (now - toldAt) / 1e9;
        tellingAt = now;
        return new() { Gateway = gateway, Sequence = ++sequence, Revision = revision, Seconds = Math.Max(seconds, 1e-3), Services = services };
    }

    /// <summary>The last report was taken.</summary>
    public void Told() => (told, toldAt) = (telling, tellingAt);

    private Dictionary<string, Gauges> Means()
    {
        lock (gate)
        {
            var means = gauges.ToDictionary(
                static pair => pair.Key,
                static pair => new Gauges { InFlight = pair.Value.InFlight / Math.Max(1, pair.Value.Samples), Waiting = pair.Value.Waiting / Math.Max(1, pair.Value.Samples) },
                StringComparer.Ordinal);
            gauges.Clear();
            return means;
        }
    }

    private sealed class Gauges
    {
        public double InFlight { get; set; }

        public double Waiting { get; set; }

        public int Samples { get; set; }
    }
}
