using System.Diagnostics.Metrics;
using Datahall.Energy.Attribution;

namespace Datahall.Server.Energy;

/// <summary>What is measured of energy, and of measuring it; see <c>docs/metrics.md</c>.</summary>
internal sealed class DatahallEnergyMetrics
{
    private const string SiteTag = "site";

    private readonly Histogram<double> lookDuration;
    private readonly Counter<double> it;
    private readonly Counter<double> facility;
    private readonly Counter<double> estimated;
    private readonly Counter<long> ledgerFailures;
    private volatile FleetSample? latest;

    public DatahallEnergyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Datahall.Energy");
        lookDuration = meter.CreateHistogram(
            "datahall.energy.look.duration", "s", "Time that one look at the fleet's power took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5] });
        it = meter.CreateCounter<double>("datahall.energy.it.energy", "J", "Energy counted at the inlets of servers.");
        estimated = meter.CreateCounter<double>("datahall.energy.it.estimated", "J", "The part of it that no meter measured.");
        facility = meter.CreateCounter<double>("datahall.energy.facility.energy", "J", "Energy counted at the grid, of sites with a model.");
        ledgerFailures = meter.CreateCounter<long>("datahall.energy.ledger.failures", "{record}", "Times that the ledger refused what was counted.");
        meter.CreateObservableGauge("datahall.energy.it.power", () => OfSites(static site => site.ItWatts), "W", "Power at the inlets of servers.");
        meter.CreateObservableGauge("datahall.energy.facility.power", () => OfSites(static site => site.Power?.Total), "W", "Power at the grid, of sites with a model.");
        meter.CreateObservableGauge("datahall.energy.cooling.power", () => OfSites(static site => site.Power?.Plant.Total), "W", "Power of the cooling plant, of sites with a model.");
    }

    public void Looked(FleetSample sample, double seconds, TimeSpan duration)
    {
        latest = sample;
        lookDuration.Record(duration.TotalSeconds);
        foreach (var site in sample.Sites)
        {
            it.Add(site.ItWatts * seconds, new KeyValuePair<string, object?>(SiteTag, site.Name));
            facility.Add((site.Power?.Total ?? 0) * seconds, new KeyValuePair<string, object?>(SiteTag, site.Name));
        }

        foreach (var group in sample.Nodes.Where(static node => node.Power.Source is PowerSource.Estimated).GroupBy(static node => node.Site.Name))
        {
            estimated.Add(group.Sum(static node => node.Power.Wall) * seconds, new KeyValuePair<string, object?>(SiteTag, group.Key));
        }
    }

    public void LedgerFailed() => ledgerFailures.Add(1);

    private IEnumerable<Measurement<double>> OfSites(Func<SiteSample, double?> value) =>
        (latest?.Sites ?? []).Where(site => value(site) is not null).Select(site => new Measurement<double>(value(site)!.Value, new KeyValuePair<string, object?>(SiteTag, site.Name)));
}
