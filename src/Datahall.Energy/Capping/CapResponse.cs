using Datahall.Energy.Curves;

namespace Datahall.Energy.Capping;

/// <summary>What a power cap does to training on one GPU: measured means over many models and batch sizes.</summary>
/// <remarks>
/// Source: computed from the measurements of Zeus (You, Chung and Chowdhury, NSDI 2023; repository ml-energy/zeus, Apache-2.0), 218 configurations.
/// Caps outside the measured range count as the nearest measured one.
/// </remarks>
public sealed class CapResponse
{
    private readonly PiecewiseLinear time;
    private readonly PiecewiseLinear power;

    /// <summary>Makes a response of measurements.</summary>
    /// <param name="gpu">The device that was measured.</param>
    /// <param name="tdpWatts">Its rated power, in watts, above 0.</param>
    /// <param name="caps">The caps over the rated power, rising to 1. At least one.</param>
    /// <param name="times">How many times as long the work took, above 0. Shape as <paramref name="caps"/>.</param>
    /// <param name="powers">The mean power over that without a cap. Shape as <paramref name="caps"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ, the caps do not rise to 1, or a figure is not above 0.</exception>
    public CapResponse(string gpu, double tdpWatts, ReadOnlySpan<double> caps, ReadOnlySpan<double> times, ReadOnlySpan<double> powers)
    {
        (Gpu, TdpWatts) = (gpu, Require.Positive(tdpWatts));
        (time, power) = (new(caps, times), new(caps, powers));
        if (caps[^1] != 1)
        {
            throw new ArgumentException($"the highest cap is {caps[^1]} of the rated power; measure at 1 too");
        }

        foreach (var measured in times)
        {
            Require.Positive(measured);
        }

        LowestCap = caps[0];
        Hull = HullOf(caps, times);
    }

    /// <summary>NVIDIA V100, 68 configurations a cap.</summary>
    public static CapResponse V100 { get; } = new(
        "V100", 250, [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], [1.376, 1.183, 1.088, 1.045, 1.029, 1.006, 1], [0.646, 0.717, 0.785, 0.845, 0.904, 0.956, 1]);

    /// <summary>NVIDIA A40, 47 to 53 configurations a cap.</summary>
    public static CapResponse A40 { get; } = new(
        "A40",
        300,
        [0.333, 0.417, 0.5, 0.583, 0.667, 0.75, 0.833, 0.917, 1],
        [2.493, 1.756, 1.313, 1.095, 1.04, 1.014, 1.005, 1.006, 1],
        [0.641, 0.71, 0.748, 0.813, 0.856, 0.911, 0.95, 0.979, 1]);

    /// <summary>NVIDIA Quadro RTX 6000, 51 to 52 configurations a cap.</summary>
    public static CapResponse Rtx6000 { get; } = new(
        "RTX 6000",
        260,
        [0.385, 0.481, 0.577, 0.673, 0.769, 0.865, 0.962, 1],
        [1.752, 1.22, 1.112, 1.063, 1.031, 1.014, 1.01, 1],
        [0.626, 0.698, 0.762, 0.824, 0.883, 0.936, 0.982, 1]);

    /// <summary>NVIDIA P100, 45 configurations a cap.</summary>
    public static CapResponse P100 { get; } = new(
        "P100", 250, [0.5, 0.6, 0.7, 0.8, 0.9, 1], [1.058, 1.028, 1.021, 1.004, 1.005, 1], [0.85, 0.905, 0.951, 0.981, 1, 1]);

    /// <summary>The device that was measured.</summary>
    public string Gpu { get; }

    /// <summary>Its rated power, in watts.</summary>
    public double TdpWatts { get; }

    /// <summary>The lowest cap that was measured, over the rated power.</summary>
    public double LowestCap { get; }

    /// <summary>The upper concave hull of throughput over cap: what is left out is never the best use of a watt. Rising in both.</summary>
    internal IReadOnlyList<(double Cap, double Throughput)> Hull { get; }

    /// <summary>How many times as long the work takes, 1 or more.</summary>
    /// <param name="cap">The cap over the rated power, from 0 to 1.</param>
    public double Time(double cap) => time.At(cap);

    /// <summary>The mean power over the power without a cap, from 0 to 1.</summary>
    /// <param name="cap">The cap over the rated power, from 0 to 1.</param>
    public double Power(double cap) => power.At(cap);

    // From the lowest cap up. A cap at which work went no faster than at a lower one is noise of the measurement, or no use.
    private static List<(double Cap, double Throughput)> HullOf(ReadOnlySpan<double> caps, ReadOnlySpan<double> times)
    {
        var hull = new List<(double Cap, double Throughput)>(caps.Length);
        var best = 0.0;
        for (var i = 0; i < caps.Length; i++)
        {
            best = Math.Max(best, 1 / times[i]);
            while (hull.Count >= 2 && Slope(hull[^2], hull[^1]) <= Slope(hull[^2], (caps[i], best)))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add((caps[i], best));
        }

        return hull;
    }

    private static double Slope((double Cap, double Throughput) a, (double Cap, double Throughput) b) => (b.Throughput - a.Throughput) / (b.Cap - a.Cap);
}
