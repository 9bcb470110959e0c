using Datahall.Energy.Cooling;
using Datahall.Energy.Curves;
using Datahall.Energy.Facility;

namespace Datahall.Energy.Reuse;

/// <summary>What energy is worth now, in one currency per kWh.</summary>
/// <param name="Power">What electricity costs.</param>
/// <param name="Heat">What somebody pays for heat; 0 when nobody wants it.</param>
public readonly record struct HeatWorth(double Power, double Heat)
{
    internal bool IsPlausible => double.IsFinite(Power) && double.IsFinite(Heat) && Heat >= 0;
}

/// <summary>Chooses the supply of the liquid loops: warm enough to sell the heat when that earns more than the warmer chips cost.</summary>
/// <remarks>
/// Every 15 minutes it settles the model at the designed supply and at the one whose return others can use, and compares
/// price·power − worth·heat sold. It changes its mind when that is better by 0.5 % of what the power costs, and not within an hour of the last time: pipes and
/// pumps of a heat network do not like to be switched. The supply then moves by at most 5 K in 15 minutes. What warmer water costs is the chips' leakage.
/// Absurd prices: the designed supply. Pure but for its state; for one caller.
/// </remarks>
/// <param name="facility">The model.</param>
public sealed class HeatReuse(FacilityModel facility)
{
    /// <summary>How often it is stepped, in seconds.</summary>
    public const double IntervalSeconds = 900;

    /// <summary>The most that a step moves, in kelvin.</summary>
    public const double MostPerStep = 5;

    private const double WorthWhile = 0.005;
    private const int StepsBetween = 4;

    private readonly FacilityState trial = facility.NewState(20);
    private readonly double cold = facility.Plant.Design.LiquidSupply;
    private readonly double hot = Math.Max(facility.Plant.Design.LiquidSupply, facility.Plant.Design.LeastReuse - facility.Plant.Design.Liquid.RangeKelvin);
    private int quiet = StepsBetween;
    private bool sells;

    /// <summary>The supply of the liquid loops, in °C.</summary>
    public double LiquidSupply { get; private set; } = Require.Finite(facility.Plant.Design.LiquidSupply);

    /// <summary>Takes what is known and chooses the next supply, in °C.</summary>
    /// <param name="state">The loads.</param>
    /// <param name="supplyCelsius">The supplied air, in °C.</param>
    /// <param name="outdoor">The air outside.</param>
    /// <param name="worth">What energy is worth.</param>
    public double Step(FacilityState state, double supplyCelsius, OutdoorAir outdoor, HeatWorth worth)
    {
        quiet++;
        if (!worth.IsPlausible)
        {
            sells = false;
        }
        else if (quiet >= StepsBetween && hot > cold)
        {
            var (keep, sell) = (Cost(state, supplyCelsius, outdoor, worth, cold), Cost(state, supplyCelsius, outdoor, worth, hot));
            var threshold = WorthWhile * Math.Abs(keep.Power);
            var better = sells ? sell.Net <= keep.Net + threshold : sell.Net < keep.Net - threshold;
            (quiet, sells) = (better == sells ? quiet : 0, better);
        }

        return LiquidSupply = Math.Clamp(sells ? hot : cold, LiquidSupply - MostPerStep, LiquidSupply + MostPerStep);
    }

    private (double Power, double Net) Cost(FacilityState state, double supplyCelsius, OutdoorAir outdoor, HeatWorth worth, double liquidSupply)
    {
        trial.LoadAs(state);
        var power = facility.Settle(trial, supplyCelsius, outdoor, new(LiquidSupply: liquidSupply), 1e-3, worth.Heat > 0);
        return (worth.Power * power.Total, (worth.Power * power.Total) - (worth.Heat * power.Plant.Reused));
    }
}
