namespace Datahall.Energy.Metrics;

/// <summary>Energy by part, in joules, and what else was counted over an interval.</summary>
/// <remarks>Parts overlap nowhere: <see cref="Total"/> is their sum.</remarks>
public readonly record struct EnergyAccount
{
    /// <summary>How long it was, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>What the servers' boards drew: CPUs, GPUs, memory, network cards, drives.</summary>
    public double Compute { get; init; }

    /// <summary>The fans inside the servers.</summary>
    public double ServerFans { get; init; }

    /// <summary>What the servers' power supplies lost.</summary>
    public double SupplyLoss { get; init; }

    /// <summary>What lies between PDU and server lost: busways and rack feeds.</summary>
    public double RackLoss { get; init; }

    /// <summary>What the PDUs lost.</summary>
    public double PduLoss { get; init; }

    /// <summary>What the UPS and transformers lost.</summary>
    public double UpsLoss { get; init; }

    /// <summary>The fans of the cooling units.</summary>
    public double UnitFans { get; init; }

    /// <summary>Chillers or compressors.</summary>
    public double Compressors { get; init; }

    /// <summary>The fans of towers.</summary>
    public double TowerFans { get; init; }

    /// <summary>Pumps.</summary>
    public double Pumps { get; init; }

    /// <summary>Light, offices, security.</summary>
    public double Other { get; init; }

    /// <summary>Heat that the cooling removed from the halls.</summary>
    public double HeatRemoved { get; init; }

    /// <summary>Heat that others used.</summary>
    public double Reused { get; init; }

    /// <summary>The part of <see cref="Total"/> that is from renewable sources.</summary>
    public double Renewable { get; init; }

    /// <summary>Water drawn on the site, in litres.</summary>
    public double WaterLitres { get; init; }

    /// <summary>Emissions of the energy used, in grams of CO2 equivalent.</summary>
    public double CarbonGrams { get; init; }

    /// <summary>What the energy cost, in the tariff's currency.</summary>
    public double Cost { get; init; }

    /// <summary>What the servers drew at their inlets.</summary>
    public double It => Compute + ServerFans + SupplyLoss;

    /// <summary>What the cooling drew.</summary>
    public double Cooling => UnitFans + Compressors + TowerFans + Pumps;

    /// <summary>All that the site drew.</summary>
    public double Total => It + RackLoss + PduLoss + UpsLoss + Cooling + Other;

    /// <summary>Adds what was counted over another interval.</summary>
    public static EnergyAccount operator +(EnergyAccount a, EnergyAccount b) => new()
    {
        Seconds = a.Seconds + b.Seconds,
        Compute = a.Compute + b.Compute,
        ServerFans = a.ServerFans + b.ServerFans,
        SupplyLoss = a.SupplyLoss + b.SupplyLoss,
        RackLoss = a.RackLoss + b.RackLoss,
        PduLoss = a.PduLoss + b.PduLoss,
        UpsLoss = a.UpsLoss + b.UpsLoss,
        UnitFans = a.UnitFans + b.UnitFans,
        Compressors = a.Compressors + b.Compressors,
        TowerFans = a.TowerFans + b.TowerFans,
        Pumps = a.Pumps + b.Pumps,
        Other = a.Other + b.Other,
        HeatRemoved = a.HeatRemoved + b.HeatRemoved,
        Reused = a.Reused + b.Reused,
        Renewable = a.Renewable + b.Renewable,
        WaterLitres = a.WaterLitres + b.WaterLitres,
        CarbonGrams = a.CarbonGrams + b.CarbonGrams,
        Cost = a.Cost + b.Cost,
    };

    /// <summary>Adds what was counted over another interval.</summary>
    public static EnergyAccount Add(EnergyAccount left, EnergyAccount right) => left + right;
}
