using Datahall.Energy.Facility;

namespace Datahall.Energy.Supply;

/// <summary>Moves the set point towards where the whole facility, its servers' fans included, draws least by its own model.</summary>
/// <remarks>
/// Every 5 minutes it settles the model at the present load and weather for the present set point and for ones 0.5 and 2 K to both sides, and takes the one
/// that draws least and keeps every inlet below its limit by the margin; when none does, the coldest. It stays unless the gain is above 0.02 %, so that it
/// does not hunt. A local search: it may stay in a hollow that a chiller's start makes. When an inlet is measured above the margin, the measurement wins.
/// </remarks>
public sealed class LeastPower : SupplyController
{
    private const double WorthWhile = 0.9998;
    private static readonly double[] Offsets = [-2, -0.5, 0.5, 2];

    private readonly FacilityModel facility;
    private readonly FacilityState trial;
    private readonly SupplyBounds bounds;

    /// <summary>Makes a controller.</summary>
    /// <param name="bounds">Between which temperatures.</param>
    /// <param name="facility">The model.</param>
    public LeastPower(SupplyBounds bounds, FacilityModel facility)
        : base(bounds, intervalSeconds: 300) => (this.bounds, this.facility, trial) = (bounds, facility, facility.NewState(bounds.Safe));

    private protected override double Wanted(in SupplyReadings readings)
    {
        if (readings.Headroom < Margin)
        {
            return SetPoint + (readings.Headroom - Margin);
        }

        var (best, least) = (double.NaN, double.PositiveInfinity);
        Try(readings, SetPoint, 1);
        foreach (var offset in Offsets)
        {
            Try(readings, Math.Clamp(SetPoint + offset, bounds.Lowest, bounds.Highest), WorthWhile);
        }

        return double.IsNaN(best) ? SetPoint + Offsets[0] : best;

        void Try(in SupplyReadings readings, double supply, double worth)
        {
            trial.LoadAs(readings.State);
            var power = facility.Settle(trial, supply, readings.Outdoor);
            if (power.WorstInlet <= -Margin && power.Plant.Unmet <= 0 && power.Total < least * worth)
            {
                (best, least) = (supply, power.Total);
            }
        }
    }
}
