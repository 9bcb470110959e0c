using Datahall.Energy.Curves;

namespace Datahall.Energy.Servers;

/// <summary>Whether the clock follows the load.</summary>
public enum ClockScaling
{
    /// <summary>The clock is fixed.</summary>
    Fixed,

    /// <summary>The clock follows the load: u becomes u³ in the formula.</summary>
    Dvfs,
}

/// <summary>Idle + (max − idle)/2 · (1 + u − e^(−u/a)); with DVFS u³ in place of u.</summary>
/// <remarks>Source: OpenDC, <c>asymptotic</c>. a is the utilisation at which the server becomes asymptotic, 0.2 to 0.5.</remarks>
/// <param name="idleWatts">The power at utilisation 0, in watts.</param>
/// <param name="maxWatts">The rated power, in watts.</param>
/// <param name="asymptote">a, above 0.</param>
/// <param name="clock">Whether the clock follows the load.</param>
public sealed class AsymptoticPowerModel(double idleWatts, double maxWatts, double asymptote, ClockScaling clock) : ServerPowerModel(idleWatts, maxWatts)
{
    private readonly double asymptote = Require.Positive(asymptote);

    /// <inheritdoc/>
    public override double Watts(double utilisation)
    {
        var x = Load(Clamp(utilisation));
        return IdleWatts + ((MaxWatts - IdleWatts) / 2 * (1 + x - Math.Exp(-x / asymptote)));
    }

    /// <inheritdoc/>
    public override double Slope(double utilisation)
    {
        var u = Clamp(utilisation);
        var inner = clock is ClockScaling.Dvfs ? 3 * u * u : 1;
        return (MaxWatts - IdleWatts) / 2 * inner * (1 + (Math.Exp(-Load(u) / asymptote) / asymptote));
    }

    private double Load(double u) => clock is ClockScaling.Dvfs ? u * u * u : u;
}
