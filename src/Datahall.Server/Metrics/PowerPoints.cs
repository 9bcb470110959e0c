using Datahall.Energy.Capping;
using Datahall.Model;
using Datahall.Monitoring.Series;
using Datahall.Server.Energy;
using Datahall.Server.Resources;

namespace Datahall.Server.Metrics;

/// <summary>What sites, feeds and racks draw, and what they may. For one caller at a time.</summary>
internal sealed class PowerPoints(ResourceCache cache, EnergyMeter meter)
{
    private readonly Dictionary<string, (SiteSpec Spec, SiteLoads Loads)> sites = new(StringComparer.Ordinal);

    /// <summary>Adds what the latest look at the fleet's power saw.</summary>
    public void Write(FleetSnapshot into)
    {
        if (meter.Latest is not { } sample)
        {
            return;
        }

        foreach (var site in sample.Sites)
        {
            var labels = SeriesLabels.Of(("site", site.Name));
            into.Add(FleetMetrics.SiteItPower, labels, site.ItWatts);
            into.Add(FleetMetrics.SitePower, labels, site.Power?.Total);
            into.Add(FleetMetrics.SiteCooling, labels, site.Power?.Plant.Total);
            into.Add(FleetMetrics.SitePue, labels, site.Power is { It: > 0 } power ? power.Total / power.It : null);
            into.Add(FleetMetrics.SiteOutdoor, labels, site.Outdoor?.DryBulbCelsius);
            into.Add(FleetMetrics.SiteSupply, labels, site.SupplyCelsius);
        }

        var specs = cache.List(ResourceKinds.Site, LabelSelector.All, null, int.MaxValue).Items.Cast<Site>().ToList();
        foreach (var gone in sites.Keys.Where(name => !specs.Exists(site => site.Name == name)).ToList())
        {
            sites.Remove(gone);
        }

        foreach (var site in specs)
        {
            WriteLoads(into, site, sample);
        }
    }

    private void WriteLoads(FleetSnapshot into, Site site, FleetSample sample)
    {
        if (!sites.TryGetValue(site.Name, out var known) || !ReferenceEquals(known.Spec, site.Spec))
        {
            sites[site.Name] = known = (site.Spec, new(site.Spec));
        }

        var other = sample.Sites.FirstOrDefault(seen => seen.Name == site.Name)?.Power is { } power ? power.Plant.Total + power.Other : site.Spec.OtherLoad?.Value ?? 0;
        var draws = sample.Nodes.Where(node => node.Site.Name == site.Name && node.Node.Spec.Location is not null)
            .Select(static node => (node.Node.Spec.Location!.Hall, node.Node.Spec.Location.Rack, node.Power.Wall));
        foreach (var load in known.Loads.Of(draws, other))
        {
            var isRack = load.Rack is not null;
            var labels = isRack
                ? SeriesLabels.Of(("site", site.Name), ("hall", load.Hall!), ("rack", load.Rack!))
                : SeriesLabels.Of(("site", site.Name), ("feed", load.Feed!));
            into.Add(isRack ? FleetMetrics.RackPower : FleetMetrics.FeedPower, labels, load.Watts);
            into.Add(isRack ? FleetMetrics.RackLimit : FleetMetrics.FeedLimit, labels, load.LimitWatts);
        }
    }
}
