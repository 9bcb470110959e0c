using Datahall.Energy.Facility;
using Datahall.Energy.Metrics;
using Datahall.Model;

namespace Datahall.Twin.Energy;

/// <summary>What energy costs and emits at each hour of the day.</summary>
internal sealed class EnergyRates
{
    private const double JoulesPerKilowattHour = 3.6e6;

    private readonly double[] prices = new double[24];
    private readonly double[] grams = new double[24];
    private readonly double renewable;

    public EnergyRates(Tariff? tariff, CarbonIntensity? carbon)
    {
        renewable = carbon?.RenewableShare ?? 0;
        for (var hour = 0; hour < 24; hour++)
        {
            prices[hour] = tariff?.Periods.FirstOrDefault(period => period.Covers(hour))?.Price ?? tariff?.Price ?? 0;
            grams[hour] = (carbon?.GramsPerKilowattHour ?? 0) * (carbon is { Hours.Count: 24 } ? carbon.Hours[hour] : 1);
        }
    }

    /// <summary>The price of a kWh at an hour of the day.</summary>
    public double Price(double hour) => prices[(int)hour];

    /// <summary>The energy of a step, with its price and emissions.</summary>
    public EnergyAccount Over(in FacilityPower power, double seconds, double hour)
    {
        var kilowattHours = power.Total * seconds / JoulesPerKilowattHour;
        return power.Over(seconds) with
        {
            Cost = kilowattHours * prices[(int)hour],
            CarbonGrams = kilowattHours * grams[(int)hour],
            Renewable = power.Total * seconds * renewable,
        };
    }
}
