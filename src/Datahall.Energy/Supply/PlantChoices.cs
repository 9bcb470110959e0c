using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;

namespace Datahall.Energy.Supply;

/// <summary>What a facility draws under one load at each supply of a grid, with the best air flow and tower approach for each weather.</summary>
/// <remarks>
/// Servers, feeds and inlets know no weather: they are settled once for each supply and air flow. The plant is then computed for a weather only when it first
/// comes, and kept.
/// </remarks>
internal sealed class PlantChoices
{
    // What a violated bound costs, in watts per kelvin: more than any plant saves, so that a bound is left only when none can be kept.
    private const double ViolationWatts = 1e7;
    private const double Tolerance = 1e-3;

    private static readonly double[] Approaches = [0.7, 0.85, 1, 1.25, 1.6, 2];

    private readonly FacilityModel facility;
    private readonly double[] supplies;
    private readonly double[] factors;
    private readonly Settled[] settled; // [supplies, factors]
    private readonly Dictionary<Weather, Row> rows = [];

    /// <param name="facility">The model.</param>
    /// <param name="load">The boards' power and who is awake; its inlets are changed.</param>
    /// <param name="supplies">The grid, rising, in °C.</param>
    /// <param name="margin">How far inlets are kept below their limits, in kelvin.</param>
    public PlantChoices(FacilityModel facility, FacilityState load, double[] supplies, double margin)
    {
        (this.facility, this.supplies) = (facility, supplies);
        factors = [.. new[] { 0.9, 1, facility.Plant.Design.FlowFactor }.Distinct()];
        settled = new Settled[supplies.Length * factors.Length];
        for (var j = 0; j < factors.Length; j++)
        {
            Array.Fill(load.Inlet, supplies[0]);
            for (var i = 0; i < supplies.Length; i++)
            {
                var power = facility.Settle(load, supplies[i], default, new(factors[j]), Tolerance);
                var violation = Math.Max(0, power.WorstInlet + margin) + Math.Max(0, facility.Envelope.Lowest - power.ColdestInlet);
                settled[(i * factors.Length) + j] = new(power.AirHeat, power.LiquidHeat, power.Flow, power.Total - power.Plant.Total, power.ColdestInlet, violation);
            }
        }
    }

    /// <summary>The costs at a weather. Shape [supplies].</summary>
    public Row At(in Weather weather)
    {
        if (!rows.TryGetValue(weather, out var row))
        {
            rows.Add(weather, row = Compute(weather.Air));
        }

        return row;
    }

    private Row Compute(OutdoorAir outdoor)
    {
        var row = new Row(new double[supplies.Length], new PlantSettings[supplies.Length]);
        double[] approaches = facility.Plant.Design.Tower is { } tower ? [.. Approaches.Select(share => share * tower.ApproachKelvin)] : [0];
        for (var i = 0; i < supplies.Length; i++)
        {
            row.Watts[i] = double.PositiveInfinity;
            for (var j = 0; j < factors.Length; j++)
            {
                foreach (var approach in approaches)
                {
                    var settings = new PlantSettings(factors[j], approach > 0 ? approach : null);
                    var watts = Cost(settled[(i * factors.Length) + j], supplies[i], outdoor, settings);
                    if (watts < row.Watts[i])
                    {
                        (row.Watts[i], row.Settings[i]) = (watts, settings);
                    }
                }
            }
        }

        return row;
    }

    private double Cost(in Settled at, double supply, OutdoorAir outdoor, in PlantSettings settings)
    {
        var plant = facility.Plant.Power(new(at.AirHeat, at.LiquidHeat, supply, at.Flow, outdoor, 0, settings));
        var humid = Math.Max(0, facility.Envelope.TooHumid(at.ColdestInlet, facility.Plant.DewPoint(supply, outdoor)));
        return at.RestWatts + plant.Total + ((at.Violation + humid) * ViolationWatts) + (plant.Unmet * 100);
    }

    /// <param name="Watts">What the whole facility draws, violated bounds added. Shape [supplies].</param>
    /// <param name="Settings">The plant's settings for that. Shape [supplies].</param>
    internal sealed record Row(double[] Watts, PlantSettings[] Settings);

    /// <summary>Weather in steps: a quarter of a kelvin of wet bulb; dry bulb and dew point only where outdoor air comes in.</summary>
    internal readonly record struct Weather(int WetBulb, int DryBulb, int DewPoint)
    {
        private const double Kelvin = 0.25;

        public OutdoorAir Air => new(DryBulb * Kelvin, WetBulb * Kelvin, DewPoint * Kelvin);

        public static Weather Of(double wetBulb, double dryBulb, double dewPoint, CoolingPlant plant) => (plant.Design.Free & FreeCooling.Air) != 0
            ? new((int)Math.Round(wetBulb / Kelvin), (int)Math.Round(dryBulb / Kelvin), (int)Math.Ceiling(dewPoint / Kelvin))
            : new((int)Math.Round(wetBulb / Kelvin), 0, 1000); // Damp: the coils decide how humid the halls are.
    }

    private readonly record struct Settled(double AirHeat, double LiquidHeat, double Flow, double RestWatts, double ColdestInlet, double Violation);
}
