using Datahall.Energy.Curves;

namespace Datahall.Energy.Servers;

/// <summary>Idle + (max − idle) · u^r: linear, square root, square and cubic.</summary>
/// <param name="idleWatts">The power at utilisation 0, in watts.</param>
/// <param name="maxWatts">The power at utilisation 1, in watts.</param>
/// <param name="exponent">r, above 0.</param>
public sealed class ExponentPowerModel(double idleWatts, double maxWatts, double exponent) : ServerPowerModel(idleWatts, maxWatts)
{
    private readonly double exponent = Require.Positive(exponent);

    /// <inheritdoc/>
    public override double Watts(double utilisation) => IdleWatts + ((MaxWatts - IdleWatts) * Power(Clamp(utilisation), exponent));

    /// <inheritdoc/>
    public override double Slope(double utilisation) => (MaxWatts - IdleWatts) * exponent * Power(Clamp(utilisation), exponent - 1);

    // The common exponents are worth their shortcut: a step visits every node.
    private static double Power(double u, double r) => r switch
    {
        0 => 1,
        0.5 => Math.Sqrt(u),
        1 => u,
        2 => u * u,
        3 => u * u * u,
        _ => Math.Pow(u, r),
    };
}
