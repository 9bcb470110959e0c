using Datahall.Energy.Curves;

namespace Datahall.Energy.Fans;

/// <summary>Between which duties fans are run.</summary>
/// <param name="MaxCelsius">The hottest that the component may be, in °C.</param>
/// <param name="Floor">The lowest duty, from 0 to 1.</param>
/// <param name="Safe">The duty when nothing is known, from <paramref name="Floor"/> to 1.</param>
public readonly record struct FanLimits(double MaxCelsius, double Floor = 0.25, double Safe = 0.8)
{
    /// <summary>How far below <see cref="MaxCelsius"/> components are kept, in kelvin.</summary>
    public const double Margin = 10;

    /// <summary>The fastest rise of the duty, per second.</summary>
    public const double FastestUp = 0.1;

    /// <summary>The fastest fall of the duty, per second: slow, so that a burst of load finds air.</summary>
    public const double FastestDown = 0.01;

    /// <summary>The age at which readings are stale, in seconds.</summary>
    public const double StaleSeconds = 10;

    /// <summary>What components are kept at, in °C.</summary>
    public double TargetCelsius => MaxCelsius - Margin;
}

/// <summary>Runs the fans of one node so that its hottest component keeps its margin.</summary>
/// <remarks>
/// <para>
/// A PI controller in velocity form: Δduty = Kp·(e − e′) + Ki·e·Δt, e how far the hottest component is above its target, Kp 0.02 1/K, Ki 0.0005 1/(K·s), so
/// that Kp/Ki is the 40 s of a heatsink (textbook; the figures are defaults). Velocity form does not wind up at the limits.
/// </para>
/// <para>
/// Components outside 1 to 130 °C and NaN are ignored; when none is left, or all are stale, the duty goes to the safe one and the integral begins anew. Pure
/// but for its duty; for one caller.
/// </para>
/// </remarks>
public sealed class FanControl
{
    private const double Proportional = 0.02;
    private const double Integral = 0.0005;
    private const double Coldest = 1;
    private const double Hottest = 130;

    private readonly FanLimits limits;
    private double last = double.NaN;

    /// <summary>Makes a controller that begins at a duty.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="duty">The duty now, from 0 to 1; kept within the limits.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range.</exception>
    public FanControl(FanLimits limits, double duty)
    {
        Require.Finite(limits.MaxCelsius);
        if (!(Require.Share(limits.Floor) <= Require.Share(limits.Safe)))
        {
            throw new ArgumentOutOfRangeException(nameof(limits), $"the safe duty, {limits.Safe}, is below the lowest, {limits.Floor}");
        }

        (this.limits, Duty) = (limits, Math.Clamp(Require.Finite(duty), limits.Floor, 1));
    }

    /// <summary>What it commands, from 0 to 1.</summary>
    public double Duty { get; private set; }

    /// <summary>Takes readings and chooses the next duty.</summary>
    /// <param name="celsius">The components, in °C. Shape [components].</param>
    /// <param name="ageSeconds">How old the readings are, in seconds.</param>
    /// <param name="seconds">The time since the last step, in seconds, 0 or more.</param>
    /// <returns><see cref="Duty"/>.</returns>
    public double Step(ReadOnlySpan<double> celsius, double ageSeconds, double seconds)
    {
        var hottest = double.NegativeInfinity;
        foreach (var component in celsius)
        {
            hottest = component is > Coldest and < Hottest ? Math.Max(hottest, component) : hottest;
        }

        double wanted;
        if (double.IsNegativeInfinity(hottest) || !(ageSeconds is >= 0 and <= FanLimits.StaleSeconds))
        {
            (wanted, last) = (limits.Safe, double.NaN);
        }
        else
        {
            var error = hottest - limits.TargetCelsius;
            wanted = Duty + (double.IsNaN(last) ? 0 : Proportional * (error - last)) + (Integral * error * seconds);
            last = error;
        }

        var slewed = Math.Clamp(wanted, Duty - (FanLimits.FastestDown * seconds), Duty + (FanLimits.FastestUp * seconds));
        return Duty = Math.Clamp(slewed, limits.Floor, 1);
    }
}
