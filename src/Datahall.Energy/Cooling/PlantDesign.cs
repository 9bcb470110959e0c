using Datahall.Energy.Air;

namespace Datahall.Energy.Cooling;

/// <summary>What cools the water or the air.</summary>
public enum CoolingKind
{
    /// <summary>Air conditioners that cool the air directly.</summary>
    DirectExpansion,

    /// <summary>Coils with water from chillers and towers.</summary>
    ChilledWater,
}

/// <summary>Which outdoor cold is used instead of compressors.</summary>
[Flags]
public enum FreeCooling
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Outdoor air into the hall.</summary>
    Air = 1,

    /// <summary>Tower water past the chiller.</summary>
    Water = 2,
}

/// <summary>What a cooling plant is made of.</summary>
public sealed record PlantDesign
{
    /// <summary>What cools.</summary>
    public required CoolingKind Kind { get; init; }

    /// <summary>The most air that all units move together, in m³/s.</summary>
    public required double UnitFlow { get; init; }

    /// <summary>Their fans at that flow, in watts.</summary>
    public required double UnitFanWatts { get; init; }

    /// <summary>The power of their fans by flow.</summary>
    public FanCurve UnitFans { get; init; } = FanCurve.Cube;

    /// <summary>The least flow, over the most, that they may run at, from 0 to 1.</summary>
    public double LeastFlow { get; init; } = 0.3;

    /// <summary>Their flow over what the servers draw; what is more than 1 passes by.</summary>
    public double FlowFactor { get; init; } = 1.1;

    /// <summary>One chiller; null for direct expansion.</summary>
    public ElectricChiller? Chiller { get; init; }

    /// <summary>How many of them.</summary>
    public int Chillers { get; init; }

    /// <summary>How much colder the chilled water is than the air it makes, in kelvin.</summary>
    public double CoilApproach { get; init; } = 8;

    /// <summary>The chilled water.</summary>
    public WaterLoop ChilledWater { get; init; } = new(6, 200_000, 0.75);

    /// <summary>The condenser's water.</summary>
    public WaterLoop CondenserWater { get; init; } = new(5, 150_000, 0.75);

    /// <summary>The tower; null for direct expansion.</summary>
    public CoolingTower? Tower { get; init; }

    /// <summary>The coldest water that the condenser takes, in °C.</summary>
    public double LeastCondenser { get; init; } = 13;

    /// <summary>Which outdoor cold is used.</summary>
    public FreeCooling Free { get; init; }

    /// <summary>How much warmer water is behind a heat exchanger, in kelvin.</summary>
    public double ExchangerApproach { get; init; } = 2;

    /// <summary>The dew point above which outdoor air stays outside, in °C.</summary>
    public double MostDewPoint { get; init; } = 15;

    /// <summary>The loop that cools the servers' cold plates.</summary>
    public WaterLoop Liquid { get; init; } = new(10, 250_000, 0.75);

    /// <summary>Its supply, in °C.</summary>
    public double LiquidSupply { get; init; } = 32;

    /// <summary>The share of its heat that others use, from 0 to 1.</summary>
    public double ReuseShare { get; init; }

    /// <summary>The coldest return that they can use, in °C.</summary>
    public double LeastReuse { get; init; } = 40;
}
