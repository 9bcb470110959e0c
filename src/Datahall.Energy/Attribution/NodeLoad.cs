using Datahall.Model;

namespace Datahall.Energy.Attribution;

/// <summary>What a node does now, as far as it says.</summary>
public sealed record NodeLoad
{
    /// <summary>Its processors.</summary>
    public double Cpus { get; init; }

    /// <summary>Its own meter, in watts; null: it has none. May be absurd.</summary>
    public double? MeasuredWatts { get; init; }

    /// <summary>Processors in use. May be absurd.</summary>
    public double CpuUsed { get; init; }

    /// <summary>Its accelerators, by index.</summary>
    public IReadOnlyList<DeviceLoad> Devices { get; init; } = [];

    /// <summary>The tasks on it.</summary>
    public IReadOnlyList<TaskLoad> Tasks { get; init; } = [];
}

/// <summary>What an accelerator does now.</summary>
/// <param name="Device">What it is.</param>
/// <param name="Utilisation">From 0 to 1. May be absurd.</param>
/// <param name="MeasuredWatts">Its own meter, in watts; null: it has none. May be absurd.</param>
public readonly record struct DeviceLoad(Device Device, double Utilisation, double? MeasuredWatts);

/// <summary>What a task holds and uses.</summary>
/// <param name="CpuReserved">Processors that it holds.</param>
/// <param name="CpuUsed">Processors that it uses. May be absurd.</param>
/// <param name="Devices">The indexes of the accelerators that it holds.</param>
/// <param name="DeviceShare">What it holds of each, from 0 to 1.</param>
public readonly record struct TaskLoad(double CpuReserved, double CpuUsed, IReadOnlyList<int> Devices, double DeviceShare);
