using Datahall.Energy.Curves;

namespace Datahall.Energy.Cooling;

/// <summary>An evaporative cooling tower: its fan and its water.</summary>
/// <remarks>
/// Fan ratio −0.009315 + 0.051233·x − 0.083836·x² + 1.041918·x³ of the air flow ratio x. Source: EnergyPlus, CoolingTower:VariableSpeed, as in Sinergym. The
/// air flow goes with the heat over the approach: a closer approach takes more air, in the same measure (an air stream of constant effectiveness; default). Evaporation 1.7 l per kWh of heat, blow-down = evaporation/(cycles − 1), drift 0.05 % of the water that circulates.
/// </remarks>
/// <param name="designHeatWatts">The heat at which its fans run at full speed, in watts, above 0.</param>
/// <param name="fanWatts">The fans at full speed, in watts.</param>
/// <param name="approachKelvin">How close its water comes to the wet bulb, in kelvin; 3 to 5.</param>
/// <param name="cycles">The cycles of concentration, above 1; 4 is common.</param>
/// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
public sealed class CoolingTower(double designHeatWatts, double fanWatts, double approachKelvin, double cycles)
{
    private const double EvaporationLitresPerJoule = 1.7 / 3.6e6;
    private const double DriftShare = 0.0005;

    /// <summary>The heat at which the fans run at full speed, in watts.</summary>
    public double DesignHeatWatts { get; } = Require.Positive(designHeatWatts);

    /// <summary>The fans at full speed, in watts.</summary>
    public double FanWatts { get; } = Require.NotNegative(fanWatts);

    /// <summary>How close the water comes to the wet bulb, in kelvin.</summary>
    public double ApproachKelvin { get; } = Require.NotNegative(approachKelvin);

    /// <summary>The cycles of concentration.</summary>
    public double Cycles { get; } = Require.Finite(cycles) > 1
        ? cycles
        : throw new ArgumentOutOfRangeException(nameof(cycles), cycles, $"{cycles} cycles of concentration; it must be above 1");

    /// <summary>The fans' power over that at full speed.</summary>
    /// <param name="airFlowRatio">x, from 0 to 1.</param>
    public static double FanRatio(double airFlowRatio) => FanRatio((Dual)airFlowRatio).Value;

    /// <summary>The fans' power, in watts; none without heat.</summary>
    /// <param name="heatWatts">The heat to give off, in watts.</param>
    public double Fans(double heatWatts) => Fans((Dual)heatWatts).Value;

    /// <summary>The closest approach that is asked of a tower, in kelvin; makers guarantee none below 2.8 K (5 °F; recalled).</summary>
    public const double LeastApproach = 2.8;

    /// <summary>How close the water comes to the wet bulb when an approach is asked for: no closer than its fans at full speed reach with this heat.</summary>
    /// <param name="askedKelvin">The approach asked for, in kelvin, above 0.</param>
    /// <param name="heatWatts">The heat to give off, in watts.</param>
    public double Approach(double askedKelvin, double heatWatts) =>
        Math.Max(Math.Max(askedKelvin, Math.Min(LeastApproach, ApproachKelvin)), ApproachKelvin * heatWatts / DesignHeatWatts);

    /// <summary>The make-up water, in litres per second.</summary>
    /// <param name="heatWatts">The heat to give off, in watts.</param>
    /// <param name="circulatingLitresPerSecond">The water through the tower, in l/s.</param>
    public double Water(double heatWatts, double circulatingLitresPerSecond)
    {
        var evaporation = heatWatts * EvaporationLitresPerJoule;
        return evaporation + (evaporation / (Cycles - 1)) + (DriftShare * circulatingLitresPerSecond);
    }

    internal Dual Fans(Dual heat) => Fans(heat, ApproachKelvin);

    internal Dual Fans(Dual heat, double approachKelvin) =>
        FanRatio(heat * (approachKelvin > 0 ? ApproachKelvin / (DesignHeatWatts * approachKelvin) : 1 / DesignHeatWatts)) * FanWatts;

    private static Dual FanRatio(Dual flow)
    {
        var x = flow.Clamp(0, 1);
        return ((x * 0.051233) - (x * x * 0.083836) + (x * x * x * 1.041918) - 0.009315).Clamp(0, 2);
    }
}
