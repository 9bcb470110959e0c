using System.Globalization;
using Datahall.Model.Catalogue;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of a site's servers, feeds, cooling, weather and prices.</summary>
internal static class SiteEnergyRules
{
    public static void Check(SiteSpec spec, Findings findings)
    {
        if (spec.Plant is { } plant && PlantCatalogue.Find(plant) is null)
        {
            findings.Add("spec.plant", $"there is no plant {Wording.Quote(plant)}{Wording.Choices(plant, [.. PlantCatalogue.All.Select(static p => p.Name)])}");
        }

        if (spec.Climate?.Name is { } climate && ClimateCatalogue.Find(climate) is null)
        {
            findings.Add("spec.climate.name", $"there is no climate {Wording.Quote(climate)}{Wording.Choices(climate, [.. ClimateCatalogue.All.Select(static c => c.Name!)])}");
        }

        ServerRules.Check(spec.Servers, findings);
        FeedRules.Check(spec, findings);
        CheckCooling(spec, findings);
        CheckCarbon(spec.Carbon, findings);
        CheckCapping(spec.Capping, findings);
        for (var i = 0; i < spec.Halls.Count; i++)
        {
            CheckHall(spec, spec.Halls[i], string.Create(CultureInfo.InvariantCulture, $"spec.halls[{i}]"), findings);
        }
    }

    private static void CheckHall(SiteSpec spec, Hall hall, string path, Findings findings)
    {
        for (var i = 0; i < hall.Racks.Count; i++)
        {
            CheckRack(spec, hall.Racks[i].Servers, hall.Racks[i].Feed, string.Create(CultureInfo.InvariantCulture, $"{path}.racks[{i}]"), findings);
        }

        for (var i = 0; i < hall.Rows.Count; i++)
        {
            CheckRack(spec, hall.Rows[i].Servers, hall.Rows[i].Feed, string.Create(CultureInfo.InvariantCulture, $"{path}.rows[{i}]"), findings);
        }

        if (hall.Recirculation is { KelvinPerKilowatt: { Count: > 0 } matrix })
        {
            var racks = hall.AllRacks().Count();
            if (matrix.Count != racks || matrix.Any(row => row.Count != racks))
            {
                findings.Add($"{path}.recirculation.kelvinPerKilowatt", string.Create(
                    CultureInfo.InvariantCulture, $"the hall has {racks} racks, so the matrix has {racks} rows of {racks} numbers; it has {matrix.Count} rows"));
            }
            else if (matrix.Any(static row => row.Any(static value => !(value >= 0))))
            {
                findings.Add($"{path}.recirculation.kelvinPerKilowatt", "a number is negative; heat warms, so each is 0 or more");
            }
        }
    }

    private static void CheckRack(SiteSpec spec, IReadOnlyList<RackServers> servers, string? feed, string path, Findings findings)
    {
        for (var i = 0; i < servers.Count; i++)
        {
            var model = servers[i].Model;
            if (spec.Servers.All(server => server.Name != model) && ServerCatalogue.Find(model) is null)
            {
                findings.Add(
                    string.Create(CultureInfo.InvariantCulture, $"{path}.servers[{i}].model"),
                    $"there is no server type {Wording.Quote(model)}{Wording.Choices(model, [.. spec.Servers.Concat(ServerCatalogue.All).Select(static s => s.Name).Distinct()])}");
            }
        }

        var feeds = PlantCatalogue.FeedsOf(spec);
        if (feed is not null && feeds.All(known => known.Name != feed))
        {
            findings.Add($"{path}.feed", $"there is no feed {Wording.Quote(feed)}{(feeds.Count == 0 ? "; add it to spec.feeds" : Wording.Choices(feed, [.. feeds.Select(static f => f.Name)]))}");
        }
    }

    private static void CheckCooling(SiteSpec spec, Findings findings)
    {
        if (spec.Cooling is null)
        {
            return;
        }

        var cooling = PlantCatalogue.CoolingOf(spec);
        (string Field, bool Given)[] needed =
        [
            ("system", cooling.System is not null),
            ("unitFlow", cooling.UnitFlow is not null),
            ("unitFans", cooling.UnitFans is not null),
            ("chillers", cooling.System is not CoolingSystem.ChilledWater || cooling.Chillers is not null),
            ("chillerCapacity", cooling.System is not CoolingSystem.ChilledWater || cooling.ChillerCapacity is { Value: > 0 }),
            ("towerCapacity", cooling.System is not CoolingSystem.ChilledWater || cooling.TowerCapacity is { Value: > 0 }),
            ("towerFans", cooling.System is not CoolingSystem.ChilledWater || cooling.TowerFans is not null),
        ];
        foreach (var (field, _) in needed.Where(static n => !n.Given))
        {
            findings.Add($"spec.cooling.{field}", $"the field '{field}' is missing; give it, or name a ready plant in spec.plant");
        }

        if (cooling.Supply is not (SupplyControl.Fixed or SupplyControl.HottestInlet))
        {
            findings.Add("spec.cooling.supply", "of a running plant it is fixed or hottest-inlet; the other words are policies of scenarios");
        }

        if (cooling is { System: CoolingSystem.DirectExpansion, FreeCooling: OutdoorCold.Water or OutdoorCold.Both })
        {
            findings.Add("spec.cooling.freeCooling", "air conditioners have no water that a tower could cool; write air or none");
        }
    }

    private static void CheckCapping(SiteCapping? capping, Findings findings)
    {
        if (capping is null)
        {
            return;
        }

        findings.Duration(capping.Hold, "spec.capping", "hold");
        if (!(capping.Release < capping.Target && capping.Target < capping.Trip))
        {
            findings.Add("spec.capping", string.Create(
                CultureInfo.InvariantCulture, $"release {capping.Release}, target {capping.Target} and trip {capping.Trip} must rise; else caps come and go at every reading"));
        }
    }

    private static void CheckCarbon(CarbonIntensity? carbon, Findings findings)
    {
        if (carbon is { Hours.Count: > 0 } && (carbon.Hours.Count != 24 || carbon.Hours.Any(static hour => !(hour >= 0))))
        {
            findings.Add("spec.carbon.hours", string.Create(CultureInfo.InvariantCulture, $"{carbon.Hours.Count} numbers; a day has 24 hours, each with a number of 0 or more"));
        }
    }
}
