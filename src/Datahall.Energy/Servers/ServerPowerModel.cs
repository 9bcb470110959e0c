using Datahall.Energy.Curves;

namespace Datahall.Energy.Servers;

/// <summary>What a server's boards draw at a utilisation, without its fans and its power supply's loss.</summary>
/// <remarks>Immutable and thread-safe. A utilisation below 0 counts as 0, above 1 as 1; NaN gives NaN.</remarks>
public abstract class ServerPowerModel
{
    private protected ServerPowerModel(double idleWatts, double maxWatts)
    {
        IdleWatts = Require.NotNegative(idleWatts);
        MaxWatts = Require.NotNegative(maxWatts);
        if (maxWatts < idleWatts)
        {
            throw new ArgumentOutOfRangeException(nameof(maxWatts), maxWatts, $"the most is {maxWatts} W, below the {idleWatts} W of an idle server");
        }
    }

    /// <summary>The power at utilisation 0, in watts.</summary>
    public double IdleWatts { get; }

    /// <summary>The rated power that the formula is made with, in watts. The asymptotic model stays a little below it.</summary>
    public double MaxWatts { get; }

    /// <summary>The power, in watts.</summary>
    /// <param name="utilisation">From 0 to 1.</param>
    public abstract double Watts(double utilisation);

    /// <summary>How many watts one more unit of utilisation costs.</summary>
    /// <param name="utilisation">From 0 to 1.</param>
    public abstract double Slope(double utilisation);

    /// <summary>The power of alike servers. Allocates nothing.</summary>
    /// <param name="utilisation">From 0 to 1. Shape [servers].</param>
    /// <param name="watts">Receives the power, in watts. Shape [servers].</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public void Watts(ReadOnlySpan<double> utilisation, Span<double> watts)
    {
        Require.SameLength(utilisation.Length, watts.Length, "utilisation and watts");
        for (var i = 0; i < utilisation.Length; i++)
        {
            watts[i] = Watts(utilisation[i]);
        }
    }

    /// <summary>Idle + (max − idle) · u. Source: CloudSim 3.0.3 and OpenDC, <c>linear</c>.</summary>
    public static ServerPowerModel Linear(double idleWatts, double maxWatts) => new ExponentPowerModel(idleWatts, maxWatts, 1);

    /// <summary>Idle + (max − idle) · √u. Source: CloudSim 3.0.3 and OpenDC, <c>sqrt</c>.</summary>
    public static ServerPowerModel Sqrt(double idleWatts, double maxWatts) => new ExponentPowerModel(idleWatts, maxWatts, 0.5);

    /// <summary>Idle + (max − idle) · u². Source: CloudSim 3.0.3 and OpenDC, <c>square</c>.</summary>
    public static ServerPowerModel Square(double idleWatts, double maxWatts) => new ExponentPowerModel(idleWatts, maxWatts, 2);

    /// <summary>Idle + (max − idle) · u³. Source: CloudSim 3.0.3 and OpenDC, <c>cubic</c>.</summary>
    public static ServerPowerModel Cubic(double idleWatts, double maxWatts) => new ExponentPowerModel(idleWatts, maxWatts, 3);

    private protected static double Clamp(double utilisation) => Math.Clamp(utilisation, 0, 1);
}
