using Datahall.Energy.Curves;

namespace Datahall.Energy.Servers;

/// <summary>Idle + (max − idle) · (2u − u^r): rises fast at low load. r is fitted; about 1.4.</summary>
/// <remarks>Source: Fan, Weber and Barroso, Power Provisioning for a Warehouse-sized Computer, ISCA 2007; OpenDC calls it <c>mse</c>.</remarks>
/// <param name="idleWatts">The power at utilisation 0, in watts.</param>
/// <param name="maxWatts">The power at utilisation 1, in watts.</param>
/// <param name="exponent">r, from 1 to 2: above 2 the power would fall before full load.</param>
public sealed class MsePowerModel(double idleWatts, double maxWatts, double exponent) : ServerPowerModel(idleWatts, maxWatts)
{
    private readonly double exponent = Require.Finite(exponent) is >= 1 and <= 2
        ? exponent
        : throw new ArgumentOutOfRangeException(nameof(exponent), exponent, $"the exponent is {exponent}; it must be from 1 to 2");

    /// <inheritdoc/>
    public override double Watts(double utilisation)
    {
        var u = Clamp(utilisation);
        return IdleWatts + ((MaxWatts - IdleWatts) * ((2 * u) - Math.Pow(u, exponent)));
    }

    /// <inheritdoc/>
    public override double Slope(double utilisation) => (MaxWatts - IdleWatts) * (2 - (exponent * Math.Pow(Clamp(utilisation), exponent - 1)));
}
