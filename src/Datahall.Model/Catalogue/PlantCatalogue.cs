namespace Datahall.Model.Catalogue;

/// <summary>A ready plant: feeds and cooling that fit each other.</summary>
/// <param name="Name">The name.</param>
/// <param name="Feeds">The power's way.</param>
/// <param name="Cooling">The cooling, every field that its kind needs.</param>
/// <param name="OtherLoad">Light, offices, security.</param>
public sealed record ReadyPlant(string Name, IReadOnlyList<Feed> Feeds, CoolingSpec Cooling, Watts OtherLoad);

/// <summary>Ready plants, sized for a load with some spare. Engineering defaults, not surveys of real sites.</summary>
public static class PlantCatalogue
{
    /// <summary>The plants.</summary>
    public static IReadOnlyList<ReadyPlant> All { get; } =
    [
        new("room-100kw", Feeds(ups: (1, 125_000), pdu: (2, 75_000)), new()
        {
            System = CoolingSystem.DirectExpansion,
            UnitFlow = 10,
            UnitFans = new(6_000),
            UnitFanCurve = UnitFanCurve.Plug,
            FreeCooling = OutdoorCold.None,
        }, new(1_000)),
        new("hall-1mw", Feeds(ups: (3, 500_000), pdu: (6, 300_000)), Water(flow: 95, fans: 62_000, chillers: 3, chiller: 500_000, tower: 1_500_000, towerFans: 28_000), new(10_000)),
        new("site-10mw", Feeds(ups: (12, 1_200_000), pdu: (48, 300_000)), Water(flow: 950, fans: 620_000, chillers: 8, chiller: 1_800_000, tower: 15_000_000, towerFans: 280_000), new(80_000)),
    ];

    /// <summary>The plant of a name; null when there is none.</summary>
    public static ReadyPlant? Find(string name) => All.FirstOrDefault(plant => plant.Name == name);

    /// <summary>The site's feeds: its own, or those of its ready plant.</summary>
    public static IReadOnlyList<Feed> FeedsOf(SiteSpec site) => site.Feeds.Count > 0 ? site.Feeds : Of(site)?.Feeds ?? [];

    /// <summary>The site's cooling: its own fields, and those of its ready plant where it says nothing.</summary>
    public static CoolingSpec CoolingOf(SiteSpec site)
    {
        var (own, ready) = (site.Cooling ?? new(), Of(site)?.Cooling ?? new());
        return Liquid(own, ready, Compressors(own, ready)) with
        {
            System = own.System ?? ready.System,
            UnitFlow = own.UnitFlow ?? ready.UnitFlow,
            UnitFans = own.UnitFans ?? ready.UnitFans,
            UnitFanCurve = own.UnitFanCurve ?? ready.UnitFanCurve,
            PumpHead = own.PumpHead ?? ready.PumpHead,
            FreeCooling = own.FreeCooling ?? ready.FreeCooling,
            Envelope = own.Envelope ?? ready.Envelope,
            SupplyCelsius = own.SupplyCelsius ?? 18,
            Supply = own.Supply ?? SupplyControl.Fixed,
        };
    }

    /// <summary>What light, offices and security draw.</summary>
    public static Watts OtherLoadOf(SiteSpec site) => site.OtherLoad ?? Of(site)?.OtherLoad ?? default;

    private static ReadyPlant? Of(SiteSpec site) => site.Plant is { } name ? Find(name) : null;

    private static CoolingSpec Liquid(CoolingSpec own, CoolingSpec ready, CoolingSpec cooling) => cooling with
    {
        LiquidSupplyCelsius = own.LiquidSupplyCelsius ?? ready.LiquidSupplyCelsius,
        HeatReuse = own.HeatReuse ?? ready.HeatReuse,
        HeatDemand = own.HeatDemand ?? ready.HeatDemand,
        HeatReuseCelsius = own.HeatReuseCelsius ?? ready.HeatReuseCelsius,
    };

    private static CoolingSpec Compressors(CoolingSpec own, CoolingSpec ready) => new()
    {
        Chillers = own.Chillers ?? ready.Chillers,
        ChillerCapacity = own.ChillerCapacity ?? ready.ChillerCapacity,
        ChillerCop = own.ChillerCop ?? ready.ChillerCop,
        TowerCapacity = own.TowerCapacity ?? ready.TowerCapacity,
        TowerFans = own.TowerFans ?? ready.TowerFans,
        TowerApproach = own.TowerApproach ?? ready.TowerApproach,
        TowerCycles = own.TowerCycles ?? ready.TowerCycles,
    };

    private static Feed[] Feeds((int Count, long Watts) ups, (int Count, long Watts) pdu) =>
    [
        new() { Name = "ups", Kind = FeedKind.Ups, Rating = new(ups.Watts), Count = ups.Count },
        new() { Name = "pdu", Kind = FeedKind.Pdu, Parent = "ups", Rating = new(pdu.Watts), Count = pdu.Count },
    ];

    private static CoolingSpec Water(double flow, long fans, int chillers, long chiller, long tower, long towerFans) => new()
    {
        System = CoolingSystem.ChilledWater,
        UnitFlow = flow,
        UnitFans = new(fans),
        UnitFanCurve = UnitFanCurve.Plug,
        Chillers = chillers,
        ChillerCapacity = new(chiller),
        ChillerCop = 5,
        TowerCapacity = new(tower),
        TowerFans = new(towerFans),
        TowerApproach = 4,
        TowerCycles = 4,
        PumpHead = 200,
        FreeCooling = OutdoorCold.Water,
    };
}
