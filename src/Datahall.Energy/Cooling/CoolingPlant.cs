using Datahall.Energy.Air;
using Datahall.Energy.Curves;

namespace Datahall.Energy.Cooling;

/// <summary>A site's cooling plant: what it draws for a load, with exact derivatives.</summary>
/// <remarks>
/// Steady: loops settle within minutes, far faster than weather and load. Immutable and thread-safe; allocates nothing. At the corners (a chiller more, free
/// cooling just beginning) the derivative is that of one side.
/// </remarks>
public sealed class CoolingPlant
{
    // What compressors add to the heat at a COP of 5, for how close the tower can come.
    private const double WithCompressors = 1.2;

    /// <summary>Makes a plant.</summary>
    /// <exception cref="ArgumentException">A part is missing or out of its range.</exception>
    public CoolingPlant(PlantDesign design)
    {
        Require.Positive(design.UnitFlow);
        Require.NotNegative(design.UnitFanWatts);
        Require.Share(design.LeastFlow);
        Require.Positive(design.FlowFactor);
        Require.Share(design.ReuseShare);
        if (design.Kind is CoolingKind.ChilledWater && (design.Chiller is null || design.Chillers < 1 || design.Tower is null))
        {
            throw new ArgumentException("a chilled-water plant needs a chiller and a tower");
        }

        Design = design;
    }

    /// <summary>What the plant is made of.</summary>
    public PlantDesign Design { get; }

    /// <summary>What the plant draws.</summary>
    public PlantPower Power(in PlantLoad load)
    {
        var air = new Dual(load.AirHeat, 1, 0, 0, 0);
        var supply = new Dual(load.SupplyCelsius, 0, 0, 1, 0);
        var flow = (new Dual(load.ServerFlow, 0, 0, 0, 1) * ((load.Settings.FlowFactor ?? Design.FlowFactor) / Design.UnitFlow)).Clamp(Design.LeastFlow, 1);
        var fans = flow.Through(Design.UnitFans.Power(flow.Value), Design.UnitFans.Slope(flow.Value)) * Design.UnitFanWatts;
        var coil = air + fans;
        var free = FreeAir(load, supply, coil, flow);
        return Design.Kind is CoolingKind.DirectExpansion
            ? DirectExpansion(load, supply, fans, coil, free)
            : ChilledWater(load, supply, fans, coil, free);
    }

    /// <summary>The dew point of the halls' air, at the most, in °C.</summary>
    /// <remarks>
    /// Outdoor air that comes in brings its own; otherwise the coils dry the air to their water. Humidifiers hold the lower bounds; their energy is not
    /// modelled.
    /// </remarks>
    /// <param name="supplyCelsius">The supplied air, in °C.</param>
    /// <param name="outdoor">The air outside.</param>
    public double DewPoint(double supplyCelsius, OutdoorAir outdoor)
    {
        var fromOutside = (Design.Free & FreeCooling.Air) != 0 && outdoor.DewPointCelsius <= Design.MostDewPoint;
        return fromOutside ? outdoor.DewPointCelsius : Math.Min(outdoor.DewPointCelsius, supplyCelsius - Design.CoilApproach);
    }

    // The outdoor air takes over what lies between it and the return air.
    private Dual FreeAir(in PlantLoad load, Dual supply, Dual coil, Dual flow)
    {
        if ((Design.Free & FreeCooling.Air) == 0 || load.Outdoor.DewPointCelsius > Design.MostDewPoint || coil.Value <= 0)
        {
            return 0;
        }

        var rise = coil / (flow * (Design.UnitFlow * AirStream.Density * AirStream.HeatCapacity));
        return ((supply + rise - load.Outdoor.DryBulbCelsius) / rise).Clamp(0, 1);
    }

    private static PlantPower DirectExpansion(in PlantLoad load, Dual supply, Dual fans, Dual coil, Dual free)
    {
        var chilled = (coil + new Dual(load.LiquidHeat, 0, 1, 0, 0)) - (coil * free);
        return Sum(fans, CracUnit.Watts(chilled, supply), 0, 0) with { FreeShare = free.Value, Chilled = chilled.Value };
    }

    private PlantPower ChilledWater(in PlantLoad load, Dual supply, Dual fans, Dual coil, Dual freeAir)
    {
        var (chiller, tower) = (Design.Chiller!, Design.Tower!);
        var approach = load.Settings.TowerApproach is { } asked ? tower.Approach(asked, (coil.Value + load.LiquidHeat) * WithCompressors) : tower.ApproachKelvin;
        var towerWater = load.Outdoor.WetBulbCelsius + approach;
        var cold = towerWater + Design.ExchangerApproach;
        var water = supply - Design.CoilApproach;
        var coilHeat = coil - (coil * freeAir);
        var freeWater = (Design.Free & FreeCooling.Water) != 0 ? FreeShare(water + Design.ChilledWater.RangeKelvin, cold, Design.ChilledWater) : 0;

        var liquid = new Dual(load.LiquidHeat, 0, 1, 0, 0);
        var liquidReturn = (load.Settings.LiquidSupply ?? Design.LiquidSupply) + Design.Liquid.RangeKelvin;
        var reused = load.HeatIsWanted && liquidReturn >= Design.LeastReuse ? liquid * Design.ReuseShare : 0;
        var liquidRest = liquid - reused;
        var freeLiquid = FreeShare(liquidReturn, cold, Design.Liquid);

        var chilled = coilHeat - (coilHeat * freeWater) + liquidRest - (liquidRest * freeLiquid);
        var (compressors, unmet) = Compressors(chiller, chilled, water, Math.Max(towerWater, Design.LeastCondenser), load.ChillersOut);
        var rejected = coilHeat + liquidRest - unmet + compressors;
        var pumps = Design.ChilledWater.Pump(coilHeat) + Design.Liquid.Pump(liquid) + Design.CondenserWater.Pump(rejected);
        return Sum(fans, compressors, tower.Fans(rejected, approach), pumps) with
        {
            FreeShare = freeAir.Value + ((1 - freeAir.Value) * freeWater.Value),
            Chilled = chilled.Value - unmet.Value,
            Reused = reused.Value,
            Unmet = unmet.Value,
            Water = tower.Water(rejected.Value, Design.CondenserWater.LitresPerSecond(rejected.Value)),
        };
    }

    private static Dual FreeShare(Dual warm, double cold, WaterLoop loop) => ((warm - cold) / loop.RangeKelvin).Clamp(0, 1);

    // As few chillers as can do it, all at the same load.
    private (Dual Watts, Dual Unmet) Compressors(ElectricChiller chiller, Dual heat, Dual water, double condenser, int outOfOrder)
    {
        if (heat.Value <= 0)
        {
            return (0, 0);
        }

        var available = chiller.Available(water, condenser);
        var there = Math.Max(0, Design.Chillers - outOfOrder);
        var running = Math.Clamp((int)Math.Ceiling(heat.Value / available.Value), 1, Math.Max(1, there));
        if (there == 0)
        {
            return (0, heat);
        }

        var load = heat / (available * running);
        var unmet = load.Value > 1 ? heat - (available * running) : 0;
        return (chiller.Watts(load, water, condenser) * running, unmet);
    }

    private static PlantPower Sum(Dual fans, Dual compressors, Dual tower, Dual pumps)
    {
        var total = fans + compressors + tower + pumps;
        return new()
        {
            UnitFans = fans.Value,
            Compressors = compressors.Value,
            TowerFans = tower.Value,
            Pumps = pumps.Value,
            ByAirHeat = total.ByAirHeat,
            ByLiquidHeat = total.ByLiquidHeat,
            BySupply = total.BySupply,
            ByFlow = total.ByFlow,
        };
    }
}
