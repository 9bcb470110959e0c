using Datahall.Energy.Curves;

namespace Datahall.Energy.Air;

/// <summary>The power of a fan by its air flow, both over their design values.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class FanCurve
{
    private readonly double a;
    private readonly double b;
    private readonly double c;
    private readonly double d;

    /// <summary>Makes a curve a + b·f + c·f² + d·f³.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A coefficient is not finite, or the least flow is not from 0 to 1.</exception>
    public FanCurve(double a, double b, double c, double d, double leastFlow)
    {
        (this.a, this.b, this.c, this.d) = (Require.Finite(a), Require.Finite(b), Require.Finite(c), Require.Finite(d));
        LeastFlow = Require.Share(leastFlow);
    }

    /// <summary>f³. Source: the affinity laws: flow goes with speed, pressure with its square, power with its cube.</summary>
    public static FanCurve Cube { get; } = new(0, 0, 0, 1, 0);

    /// <summary>An EC plug fan at 486 Pa. Source: EnergyPlus models in Sinergym.</summary>
    public static FanCurve Plug { get; } = new(0.0699, 1.395, -3.3549, 2.8923, 0.05);

    /// <summary>A variable-volume fan with inlet vanes. Source: EnergyPlus models in Sinergym.</summary>
    public static FanCurve InletVane { get; } = new(0.3507, 0.3085, -0.5414, 0.8720, 0.05);

    /// <summary>The least flow that the curve is good for, from 0 to 1; less counts as this.</summary>
    public double LeastFlow { get; }

    /// <summary>The power over the design power.</summary>
    /// <param name="flow">The flow over the design flow; above 1 counts as 1.</param>
    public double Power(double flow)
    {
        var f = Math.Clamp(flow, LeastFlow, 1);
        return a + (f * (b + (f * (c + (d * f)))));
    }

    /// <summary>How fast the power rises with the flow; 0 where the flow is clamped.</summary>
    /// <param name="flow">The flow over the design flow.</param>
    public double Slope(double flow) => flow < LeastFlow || flow > 1 ? 0 : b + (flow * ((2 * c) + (3 * d * flow)));

    /// <summary>Design power, in watts: V·Δp / (ηfan·ηmotor).</summary>
    /// <param name="cubicMetresPerSecond">V, in m³/s.</param>
    /// <param name="pascal">Δp, in Pa.</param>
    /// <param name="efficiency">ηfan·ηmotor, above 0 and at most 1.</param>
    public static double DesignWatts(double cubicMetresPerSecond, double pascal, double efficiency) =>
        cubicMetresPerSecond * pascal / Require.Share(Require.Positive(efficiency));
}
