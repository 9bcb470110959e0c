using Datahall.Energy.Air;

namespace Datahall.Energy.Fans;

/// <summary>The hottest component of a server behind its heatsink, by the power of the boards: T = Tin + P·(R0 + R1·n^−0.8).</summary>
/// <remarks>
/// Calibrated by what the maker's fans do: at full load and the inlet from which they speed up, their full-load speed holds the component at its target.
/// Of that resistance 40 % is conduction, which no air changes (default: an H100 at 0.07 K/W has 0.03 from junction to sink).
/// </remarks>
public sealed class Heatsink
{
    /// <summary>RC at full speed, in seconds; 20 to 60 for an air-cooled GPU (recalled).</summary>
    public const double Seconds = 40;

    private const double ConductionShare = 0.4;
    private const double LeastSpeed = 0.05;

    private readonly double conduction;
    private readonly double convection;
    private readonly double joulesPerKelvin;

    /// <summary>Makes one.</summary>
    /// <param name="limits">The component's limits.</param>
    /// <param name="fullLoadWatts">The boards at full load, in watts, above 0.</param>
    /// <param name="fullLoadSpeed">The fans then, from 0 to 1.</param>
    /// <param name="inletCelsius">The inlet then, in °C, below the target.</param>
    public Heatsink(FanLimits limits, double fullLoadWatts, double fullLoadSpeed, double inletCelsius)
    {
        var speed = Math.Max(LeastSpeed, fullLoadSpeed);
        var whole = (limits.TargetCelsius - inletCelsius) / fullLoadWatts;
        (Limits, conduction, convection) = (limits, ConductionShare * whole, (1 - ConductionShare) * whole * Math.Pow(speed, 0.8));
        joulesPerKelvin = Seconds / (conduction + convection);
    }

    /// <summary>The limits.</summary>
    public FanLimits Limits { get; }

    /// <summary>The component as one thermal mass at a fan speed.</summary>
    /// <param name="speed">n, above 0 to 1.</param>
    public ThermalMass At(double speed) => new(ThermalMass.Heatsink(conduction, convection, speed), joulesPerKelvin);

    /// <summary>The fan speed that <see cref="FanControl"/> comes to rest at, and its slopes.</summary>
    /// <param name="watts">The boards, in watts.</param>
    /// <param name="inletCelsius">The inlet, in °C.</param>
    /// <returns>n, and how it rises per watt and per kelvin; no slopes at the floor and at full speed.</returns>
    public (double Speed, double ByWatts, double ByInlet) Settled(double watts, double inletCelsius)
    {
        // R0 + R1·n^−0.8 = (T − Tin)/P, for n.
        var needed = (Limits.TargetCelsius - inletCelsius) / watts;
        if (watts <= 0 || needed >= conduction + (convection * Math.Pow(Limits.Floor, -0.8)))
        {
            return (Limits.Floor, 0, 0);
        }

        if (needed <= conduction + convection)
        {
            return (1, 0, 0);
        }

        var speed = Math.Pow(convection / (needed - conduction), 1.25);
        var byNeeded = -1.25 * speed / (needed - conduction);
        return (speed, -byNeeded * needed / watts, -byNeeded / watts);
    }
}
