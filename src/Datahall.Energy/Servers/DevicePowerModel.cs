using Datahall.Energy.Curves;

namespace Datahall.Energy.Servers;

/// <summary>Alike devices of a server.</summary>
/// <param name="Count">How many.</param>
/// <param name="IdleWatts">What each draws when idle, in watts.</param>
/// <param name="MaxWatts">What each draws when busy, in watts.</param>
public readonly record struct DevicePower(int Count, double IdleWatts, double MaxWatts)
{
    /// <summary>The power of all, in watts.</summary>
    /// <param name="busy">How many are busy, fractions too; from 0 to <see cref="Count"/>.</param>
    public double Watts(double busy)
    {
        var b = Math.Clamp(busy, 0, Count);
        return (b * MaxWatts) + ((Count - b) * IdleWatts);
    }
}

/// <summary>A server with accelerators: CPUs, GPUs, and what draws the same at any load (memory, network, drives).</summary>
/// <remarks>P = Σ (busy · max + (count − busy) · idle) + fixed. Source: ExaDigiT RAPS, node power; Frontier's figures in <c>config/frontier.yaml</c>.</remarks>
/// <param name="cpus">The CPUs.</param>
/// <param name="gpus">The GPUs.</param>
/// <param name="fixedWatts">Memory, network cards, drives, in watts.</param>
/// <param name="cpuShare">How busy the CPUs are while the GPUs are wholly busy, from 0 to 1.</param>
public sealed class DevicePowerModel(DevicePower cpus, DevicePower gpus, double fixedWatts, double cpuShare = 1)
    : ServerPowerModel(cpus.Watts(0) + gpus.Watts(0) + Require.NotNegative(fixedWatts), cpus.Watts(cpuShare * cpus.Count) + gpus.Watts(gpus.Count) + fixedWatts)
{
    private readonly double cpuShare = Require.Share(cpuShare);

    /// <summary>A node of Frontier: one CPU, four MI250X, 74.26 W of memory, four network cards of 20 W, two drives of 15 W.</summary>
    public static DevicePowerModel Frontier { get; } = new(new(1, 90, 280), new(4, 88, 560), 74.26 + (4 * 20) + 30);

    /// <summary>The power with CPUs and GPUs loaded apart, in watts.</summary>
    /// <param name="cpuUtilisation">From 0 to 1.</param>
    /// <param name="gpuUtilisation">From 0 to 1.</param>
    public double Watts(double cpuUtilisation, double gpuUtilisation) =>
        cpus.Watts(cpuUtilisation * cpus.Count) + gpus.Watts(gpuUtilisation * gpus.Count) + fixedWatts;

    /// <inheritdoc/>
    public override double Watts(double utilisation) => Watts(utilisation * cpuShare, utilisation);

    /// <inheritdoc/>
    public override double Slope(double utilisation) => MaxWatts - IdleWatts;
}
