namespace Datahall.Energy.Cooling;

/// <summary>What a plant can be told besides the supply; what is null is as the plant was designed.</summary>
/// <param name="FlowFactor">The air that the units move over what the servers draw, above 0. Below 1 the servers draw the rest from their own exhaust.</param>
/// <param name="TowerApproach">How close the tower's water is to come to the wet bulb, in kelvin, above 0: closer takes more air through the tower.</param>
/// <param name="LiquidSupply">The supply of the liquid loops, in °C.</param>
public readonly record struct PlantSettings(double? FlowFactor = null, double? TowerApproach = null, double? LiquidSupply = null);

/// <summary>What a plant is asked to do.</summary>
/// <param name="AirHeat">The heat that the air of the halls carries, in watts, without the units' fans.</param>
/// <param name="LiquidHeat">The heat in the liquid loops, in watts.</param>
/// <param name="SupplyCelsius">The air to be supplied, in °C.</param>
/// <param name="ServerFlow">The air that the servers draw, in m³/s.</param>
/// <param name="Outdoor">The air outside.</param>
/// <param name="ChillersOut">How many chillers are out of order.</param>
/// <param name="Settings">What the plant is told besides the supply.</param>
/// <param name="HeatIsWanted">Whether others take the heat of the liquid loops now.</param>
public readonly record struct PlantLoad(
    double AirHeat, double LiquidHeat, double SupplyCelsius, double ServerFlow, OutdoorAir Outdoor, int ChillersOut = 0, PlantSettings Settings = default, bool HeatIsWanted = true);

/// <summary>What a plant draws, in watts, and how the sum answers to its load.</summary>
public readonly record struct PlantPower
{
    /// <summary>The fans of the units, in watts.</summary>
    public double UnitFans { get; init; }

    /// <summary>Chillers or compressors, in watts.</summary>
    public double Compressors { get; init; }

    /// <summary>The tower's fans, in watts.</summary>
    public double TowerFans { get; init; }

    /// <summary>All pumps, in watts.</summary>
    public double Pumps { get; init; }

    /// <summary>All of it, in watts.</summary>
    public double Total => UnitFans + Compressors + TowerFans + Pumps;

    /// <summary>Make-up water, in litres per second.</summary>
    public double Water { get; init; }

    /// <summary>The share of the air's heat that the outdoor cold took, from 0 to 1.</summary>
    public double FreeShare { get; init; }

    /// <summary>The heat that the compressors moved, in watts.</summary>
    public double Chilled { get; init; }

    /// <summary>The heat handed over to others, in watts.</summary>
    public double Reused { get; init; }

    /// <summary>The heat that stays in the halls because the compressors are too small, in watts.</summary>
    public double Unmet { get; init; }

    /// <summary>How much more power one more watt of heat in the air costs, in W/W.</summary>
    public double ByAirHeat { get; init; }

    /// <summary>How much more power one more watt of heat in the liquid costs, in W/W.</summary>
    public double ByLiquidHeat { get; init; }

    /// <summary>How much more power a warmer supply costs, in W/K; below 0: it saves.</summary>
    public double BySupply { get; init; }

    /// <summary>How much more power more air through the servers costs, in W per m³/s.</summary>
    public double ByFlow { get; init; }
}
