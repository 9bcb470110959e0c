using Datahall.Energy.Cooling;
using Datahall.Energy.Metrics;

namespace Datahall.Energy.Facility;

/// <summary>What a facility draws, by part, in watts.</summary>
public readonly record struct FacilityPower
{
    /// <summary>The servers' boards.</summary>
    public double Compute { get; init; }

    /// <summary>The fans inside the servers.</summary>
    public double ServerFans { get; init; }

    /// <summary>What the servers' power supplies lose, and what sleeping servers draw.</summary>
    public double SupplyLoss { get; init; }

    /// <summary>What the feeds lose.</summary>
    public FeedSums Feeds { get; init; }

    /// <summary>The plant.</summary>
    public PlantPower Plant { get; init; }

    /// <summary>Light, offices, security.</summary>
    public double Other { get; init; }

    /// <summary>The heat in the halls' air, with what PDUs and rack feeds lose there.</summary>
    public double AirHeat { get; init; }

    /// <summary>The heat in the liquid loops.</summary>
    public double LiquidHeat { get; init; }

    /// <summary>The air that the servers draw, in m³/s.</summary>
    public double Flow { get; init; }

    /// <summary>How far the inlet that is nearest to its limit is above it, in kelvin; below 0 while all is well.</summary>
    public double WorstInlet { get; init; }

    /// <summary>The coldest inlet, in °C.</summary>
    public double ColdestInlet { get; init; }

    /// <summary>What the servers draw at their inlets.</summary>
    public double It => Compute + ServerFans + SupplyLoss;

    /// <summary>All of it.</summary>
    public double Total => It + Feeds.Ups + Feeds.Pdu + Feeds.Rack + Plant.Total + Other;

    /// <summary>The energy over a time at this power, without price and emissions.</summary>
    /// <param name="seconds">The time, in seconds.</param>
    public EnergyAccount Over(double seconds) => new()
    {
        Seconds = seconds,
        Compute = Compute * seconds,
        ServerFans = ServerFans * seconds,
        SupplyLoss = SupplyLoss * seconds,
        RackLoss = Feeds.Rack * seconds,
        PduLoss = Feeds.Pdu * seconds,
        UpsLoss = Feeds.Ups * seconds,
        UnitFans = Plant.UnitFans * seconds,
        Compressors = Plant.Compressors * seconds,
        TowerFans = Plant.TowerFans * seconds,
        Pumps = Plant.Pumps * seconds,
        Other = Other * seconds,
        HeatRemoved = (AirHeat + Plant.UnitFans + LiquidHeat - Plant.Unmet) * seconds,
        Reused = Plant.Reused * seconds,
        WaterLitres = Plant.Water * seconds,
    };
}
