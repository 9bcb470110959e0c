using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;

namespace Datahall.Twin.Energy;

/// <summary>How a run went over time: means over even spans.</summary>
/// <param name="SpanSeconds">How long each span is, in seconds.</param>
/// <param name="Points">The spans, in order; at most <see cref="Most"/>.</param>
public sealed record ScenarioSeries(double SpanSeconds, IReadOnlyList<ScenarioPoint> Points)
{
    /// <summary>The most spans: two for each pixel of a chart would not be seen.</summary>
    public const int Most = 480;

    /// <inheritdoc/>
    public bool Equals(ScenarioSeries? other) => other is not null && SpanSeconds == other.SpanSeconds && Points.SequenceEqual(other.Points);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SpanSeconds, Points.Count);
}

/// <summary>The means of a span.</summary>
/// <param name="TotalWatts">The whole site, in watts.</param>
/// <param name="ItWatts">The servers at their inlets, in watts.</param>
/// <param name="CoolingWatts">The cooling, in watts.</param>
/// <param name="SupplyCelsius">The set point of the supplied air, in °C.</param>
/// <param name="OutdoorCelsius">The air outside, in °C.</param>
/// <param name="WorstInletKelvin">The most that an inlet was above its limit in the span, in kelvin; below 0: under it.</param>
/// <param name="WorstFeedLoad">The highest load of a feed over its rating in the span.</param>
public readonly record struct ScenarioPoint(
    double TotalWatts, double ItWatts, double CoolingWatts, double SupplyCelsius, double OutdoorCelsius, double WorstInletKelvin, double WorstFeedLoad);

/// <summary>Gathers the steps of a run into spans. Memory does not grow with time.</summary>
/// <param name="steps">How many steps there will be.</param>
/// <param name="stepSeconds">How long each is, in seconds.</param>
internal sealed class ScenarioSampler(long steps, double stepSeconds)
{
    private readonly double span = Math.Max(1, (steps + ScenarioSeries.Most - 1) / ScenarioSeries.Most) * stepSeconds;
    private readonly List<ScenarioPoint> points = new((int)Math.Min(steps, ScenarioSeries.Most));
    private ScenarioPoint sum = Empty;
    private double taken;

    private static ScenarioPoint Empty => default(ScenarioPoint) with { WorstInletKelvin = double.NegativeInfinity };

    public void Add(in FacilityPower power, double setPoint, OutdoorAir outdoor, double seconds)
    {
        sum = new(
            sum.TotalWatts + (power.Total * seconds),
            sum.ItWatts + (power.It * seconds),
            sum.CoolingWatts + (power.Plant.Total * seconds),
            sum.SupplyCelsius + (setPoint * seconds),
            sum.OutdoorCelsius + (outdoor.DryBulbCelsius * seconds),
            Math.Max(sum.WorstInletKelvin, power.WorstInlet),
            Math.Max(sum.WorstFeedLoad, power.Feeds.WorstLoad));
        taken += seconds;
        if (taken >= span - 1e-6)
        {
            Close();
        }
    }

    public ScenarioSeries End()
    {
        if (taken > 0)
        {
            Close();
        }

        return new(span, [.. points]);
    }

    private void Close()
    {
        points.Add(new(
            sum.TotalWatts / taken, sum.ItWatts / taken, sum.CoolingWatts / taken, sum.SupplyCelsius / taken, sum.OutdoorCelsius / taken, sum.WorstInletKelvin, sum.WorstFeedLoad));
        (sum, taken) = (Empty, 0);
    }
}
