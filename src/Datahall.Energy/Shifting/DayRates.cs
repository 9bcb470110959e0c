using Datahall.Energy.Metrics;
using Datahall.Model;

namespace Datahall.Energy.Shifting;

/// <summary>What a site's energy costs and emits at each hour of its day.</summary>
public sealed class DayRates
{
    private readonly EnergyRates byHour;
    private readonly TimeZoneInfo zone;

    private DayRates(EnergyRates byHour, TimeZoneInfo zone) => (this.byHour, this.zone) = (byHour, zone);

    /// <summary>The site's time zone; UTC when it names none, or one that this machine does not know.</summary>
    public string Zone => zone.Id;

    /// <summary>The rates of a site; null when it has neither a tariff nor a carbon curve.</summary>
    public static DayRates? Of(SiteSpec site) => site is { Tariff: null, Carbon: null }
        ? null
        : new(new(site.Tariff, site.Carbon), site.TimeZone is { } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var known) ? known : TimeZoneInfo.Utc);

    /// <summary>A time as the site's clocks show it.</summary>
    public DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone);

    /// <summary>What is to be low, hour by hour.</summary>
    /// <param name="prefer">Cost: the price of a kWh. Carbon: its grams of CO2e. Both: each over its mean in this time, added; only the one that the site knows when it knows one.</param>
    /// <param name="from">The curve's time 0.</param>
    /// <param name="length">How long it is, above 0.</param>
    /// <returns>The curve, its pieces at the hours of the site's clocks; null when the site does not know the rate.</returns>
    public RateCurve? Curve(EnergyPreference prefer, DateTimeOffset from, TimeSpan length) => (prefer, Curve(byHour.Prices, from, length), Curve(byHour.Grams, from, length)) switch
    {
        (EnergyPreference.Cost, var cost, _) => cost,
        (EnergyPreference.Carbon, _, var carbon) => carbon,
        (_, { } cost, { } carbon) => Added(cost, carbon),
        (_, var cost, var carbon) => cost ?? carbon,
    };

    private RateCurve? Curve(IReadOnlyList<double>? hours, DateTimeOffset from, TimeSpan length)
    {
        if (hours is null)
        {
            return null;
        }

        var (edges, rates) = (new List<double> { 0 }, new List<double>());
        for (var at = from; at < from + length;)
        {
            var local = Local(at);
            var rate = hours[local.Hour];
            at += TimeSpan.FromHours(1) - TimeSpan.FromTicks(local.Ticks % TimeSpan.TicksPerHour);
            var edge = Math.Min((at - from).TotalSeconds, length.TotalSeconds);
            if (rates.Count > 0 && rates[^1] == rate)
            {
                edges[^1] = edge;
            }
            else
            {
                edges.Add(edge);
                rates.Add(rate);
            }
        }

        return new([.. edges], [.. rates]);
    }

    // A mean of 0 weighs nothing: what costs nothing on the whole cannot be compared by shares.
    private static RateCurve Added(RateCurve a, RateCurve b)
    {
        var (weightA, weightB) = (Weight(a), Weight(b));
        double[] edges = [.. Edges(a).Concat(Edges(b)).Distinct().Order()];
        var rates = new double[edges.Length - 1];
        for (var i = 0; i < rates.Length; i++)
        {
            rates[i] = (weightA * a.Mean(edges[i], edges[i + 1])) + (weightB * b.Mean(edges[i], edges[i + 1]));
        }

        return new(edges, rates);
    }

    private static IEnumerable<double> Edges(RateCurve curve) => Enumerable.Range(0, curve.Count + 1).Select(curve.Edge);

    private static double Weight(RateCurve curve) => Math.Abs(curve.Mean(0, curve.End)) is > 0 and var mean ? 1 / mean : 0;
}
