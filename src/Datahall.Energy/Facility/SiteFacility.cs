using Datahall.Energy.Air;
using Datahall.Energy.Cooling;
using Datahall.Energy.Supply;
using Datahall.Model;
using Datahall.Model.Catalogue;

namespace Datahall.Energy.Facility;

/// <summary>Makes the physics of a site from its manifest and the catalogue.</summary>
public static class SiteFacility
{
    /// <summary>Makes it.</summary>
    /// <param name="site">A site that validation took.</param>
    /// <exception cref="ArgumentException">The site has no servers or no cooling; the message says what to add.</exception>
    public static FacilityModel Of(SiteSpec site) => Of(site, static (_, rack) => rack.Servers);

    /// <summary>Makes it of what really stands in the racks.</summary>
    /// <param name="site">A site that validation took.</param>
    /// <param name="inRack">What stands in a rack, by hall and rack.</param>
    /// <exception cref="ArgumentException">There are no servers or no cooling; the message says what to add.</exception>
    public static FacilityModel Of(SiteSpec site, Func<Hall, Rack, IReadOnlyList<RackServers>> inRack)
    {
        var types = new Dictionary<string, ServerType>(StringComparer.Ordinal);
        var (blocks, racks, halls, feeds) = (new List<ServerBlock>(), new List<FacilityRack>(), new List<HallAir>(), new List<string?>());
        var (envelope, warmest) = EnvelopeOf(site);
        foreach (var hall in site.Halls)
        {
            var first = racks.Count;
            var positions = new List<RackPosition>();
            foreach (var (rack, place) in hall.AllRacks().Zip(Places(hall)))
            {
                var here = inRack(hall, rack).Select(servers => new ServerBlock(hall.Name, rack.Name, racks.Count, TypeOf(site, servers.Model, types), servers.Count)).ToList();
                positions.Add(place with { CubicMetresPerSecond = here.Sum(static block => block.Count * block.Type.DesignFlow) });
                racks.Add(new(
                    hall.Name,
                    rack.Name,
                    Math.Min(warmest, here.Select(static block => block.Type.InletMaxCelsius).DefaultIfEmpty(60).Min()),
                    rack.PowerLimit?.Value ?? double.PositiveInfinity));
                feeds.Add(rack.Feed);
                blocks.AddRange(here);
            }

            halls.Add(new(first, MatrixOf(hall, positions)));
        }

        if (blocks.Count == 0)
        {
            throw new ArgumentException("the site has no servers: write some into its racks, such as halls: [{name: a, rows: [{name: A, racks: 4, servers: [{model: dgx-h100, count: 4}]}]}]");
        }

        var tree = new FeedTree(PlantCatalogue.FeedsOf(site), feeds);
        return new(blocks, racks, [.. halls], tree, new(PlantOf(site)), PlantCatalogue.OtherLoadOf(site).Value, envelope);
    }

    // Without a class of the site only the servers' own limits bind the warmest inlet.
    private static (AirEnvelope Envelope, double Warmest) EnvelopeOf(SiteSpec site)
    {
        var envelope = site.Cooling?.Envelope switch
        {
            AirClass.Recommended => AirEnvelope.Recommended,
            AirClass.A1 => AirEnvelope.A1,
            AirClass.A3 => AirEnvelope.A3,
            AirClass.A4 => AirEnvelope.A4,
            AirClass.H1 => AirEnvelope.H1,
            _ => AirEnvelope.A2,
        };
        return (envelope, site.Cooling?.Envelope is null ? double.PositiveInfinity : envelope.Highest);
    }

    private static ServerType TypeOf(SiteSpec site, string model, Dictionary<string, ServerType> types)
    {
        if (!types.TryGetValue(model, out var type))
        {
            var spec = site.Servers.FirstOrDefault(server => server.Name == model) ?? ServerCatalogue.Find(model)
                ?? throw new ArgumentException($"there is no server type '{model}'");
            types.Add(model, type = new(spec));
        }

        return type;
    }

    private static IEnumerable<RackPosition> Places(Hall hall)
    {
        var single = hall.Racks.Count > 0 ? 1 : 0;
        return hall.Racks.Select(static (_, i) => new RackPosition(0, i, 0))
            .Concat(hall.Rows.SelectMany((row, r) => Enumerable.Range(0, row.Racks).Select(i => new RackPosition(r + single, i, 0))));
    }

    private static RecirculationMatrix MatrixOf(Hall hall, List<RackPosition> positions) =>
        hall.Recirculation is { KelvinPerKilowatt: { Count: > 0 } rows }
            ? new(positions.Count, [.. rows.SelectMany(static row => row).Select(static value => value / 1000)])
            : RackLayout.Recirculation(positions, hall.Recirculation?.Share ?? new Recirculation().Share);

    private static PlantDesign PlantOf(SiteSpec site)
    {
        var c = PlantCatalogue.CoolingOf(site);
        if (c is not { System: { } system, UnitFlow: { } flow, UnitFans: { } fans })
        {
            throw new ArgumentException("the site has no cooling: name a ready plant, such as spec.plant: hall-1mw, or describe it in spec.cooling");
        }

        var defaults = new PlantDesign { Kind = CoolingKind.DirectExpansion, UnitFlow = flow, UnitFanWatts = fans.Value };
        var design = defaults with
        {
            UnitFans = c.UnitFanCurve switch { UnitFanCurve.Plug => FanCurve.Plug, UnitFanCurve.InletVane => FanCurve.InletVane, _ => FanCurve.Cube },
            Free = c.FreeCooling switch { OutdoorCold.Air => FreeCooling.Air, OutdoorCold.Water => FreeCooling.Water, OutdoorCold.Both => FreeCooling.Air | FreeCooling.Water, _ => FreeCooling.None },
            LiquidSupply = c.LiquidSupplyCelsius ?? defaults.LiquidSupply,
            ReuseShare = c.HeatReuse ?? 0,
            LeastReuse = c.HeatReuseCelsius ?? defaults.LeastReuse,
        };
        return system is CoolingSystem.DirectExpansion ? design : Water(design, c);
    }

    private static PlantDesign Water(PlantDesign design, CoolingSpec c) => design with
    {
        Kind = CoolingKind.ChilledWater,
        Chillers = c.Chillers ?? 1,
        Chiller = new(c.ChillerCapacity?.Value ?? 0, c.ChillerCop ?? 5),
        Tower = new(c.TowerCapacity?.Value ?? 0, c.TowerFans?.Value ?? 0, c.TowerApproach ?? 4, c.TowerCycles ?? 4),
        ChilledWater = new(6, (c.PumpHead ?? 200) * 1000, 0.75),
    };
}
