using Datahall.Energy.Curves;

namespace Datahall.Energy.Servers;

/// <summary>Idle + (max − idle) · (b·x + (1 − b)·x³), x the clock over the highest clock: a server whose clock follows its load.</summary>
/// <remarks>Source: dynamic power α·C·V²·f, of which the part 1 − b scales with voltage too (textbook). b is fitted.</remarks>
/// <param name="idleWatts">The power at the lowest clock, in watts.</param>
/// <param name="maxWatts">The power at the highest clock, in watts.</param>
/// <param name="linearShare">b, from 0 to 1.</param>
public sealed class FrequencyPowerModel(double idleWatts, double maxWatts, double linearShare) : ServerPowerModel(idleWatts, maxWatts)
{
    private readonly double linearShare = Require.Share(linearShare);

    /// <inheritdoc/>
    public override double Watts(double utilisation)
    {
        var x = Clamp(utilisation);
        return IdleWatts + ((MaxWatts - IdleWatts) * x * (linearShare + ((1 - linearShare) * x * x)));
    }

    /// <inheritdoc/>
    public override double Slope(double utilisation)
    {
        var x = Clamp(utilisation);
        return (MaxWatts - IdleWatts) * (linearShare + (3 * (1 - linearShare) * x * x));
    }
}
