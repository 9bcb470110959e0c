using Datahall.Energy.Facility;
using Datahall.Model;

namespace Datahall.Energy.Metrics;

/// <summary>What energy costs and emits at each hour of the day. Immutable and thread-safe.</summary>
public sealed class EnergyRates
{
    private const double JoulesPerKilowattHour = 3.6e6;

    /// <summary>Makes them.</summary>
    /// <param name="tariff">What energy costs; null: not known.</param>
    /// <param name="carbon">What energy emits; null: not known.</param>
    public EnergyRates(Tariff? tariff, CarbonIntensity? carbon)
    {
        RenewableShare = carbon?.RenewableShare;
        Prices = tariff is null ? null : [.. Enumerable.Range(0, 24).Select(hour => tariff.Periods.FirstOrDefault(period => period.Covers(hour))?.Price ?? tariff.Price)];
        Grams = carbon is null ? null : [.. Enumerable.Range(0, 24).Select(hour => carbon.GramsPerKilowattHour * (carbon is { Hours.Count: 24 } ? carbon.Hours[hour] : 1))];
    }

    /// <summary>The share of the energy that is from renewable sources, from 0 to 1; null: not known.</summary>
    public double? RenewableShare { get; }

    /// <summary>What a kWh costs at each hour of the day, in the tariff's currency; null: not known. Shape [24].</summary>
    public IReadOnlyList<double>? Prices { get; }

    /// <summary>What a kWh emits at each hour of the day, in grams of CO2 equivalent; null: not known. Shape [24].</summary>
    public IReadOnlyList<double>? Grams { get; }

    /// <summary>What a joule costs, in the tariff's currency; null: not known.</summary>
    /// <param name="hour">The hour of the day, from 0 to below 24.</param>
    public double? PricePerJoule(double hour) => Prices?[(int)hour] / JoulesPerKilowattHour;

    /// <summary>What a joule emits, in grams of CO2 equivalent; null: not known.</summary>
    /// <param name="hour">The hour of the day, from 0 to below 24.</param>
    public double? GramsPerJoule(double hour) => Grams?[(int)hour] / JoulesPerKilowattHour;

    /// <summary>The energy of a step, with its price and emissions; 0 for what is not known.</summary>
    /// <param name="power">The power.</param>
    /// <param name="seconds">How long it holds, in seconds.</param>
    /// <param name="hour">The hour of the day, from 0 to below 24.</param>
    public EnergyAccount Over(in FacilityPower power, double seconds, double hour)
    {
        var joules = power.Total * seconds;
        return power.Over(seconds) with
        {
            Cost = joules * (PricePerJoule(hour) ?? 0),
            CarbonGrams = joules * (GramsPerJoule(hour) ?? 0),
            Renewable = joules * (RenewableShare ?? 0),
        };
    }
}
