namespace Datahall.Control.Agents;

/// <summary>What an agent measured; kept in memory, never in the store. Null: this machine does not say.</summary>
public sealed record NodeReadings
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>When, by the agent's clock.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Processors in use, in CPUs.</summary>
    public double CpuUsed { get; init; }

    /// <summary>Memory in use, in bytes.</summary>
    public long MemoryUsedBytes { get; init; }

    /// <summary>Disk in use under the agent's data directory, in bytes.</summary>
    public long DiskUsedBytes { get; init; }

    /// <summary>Received from the network, in bytes per second.</summary>
    public double NetworkReceivedBytesPerSecond { get; init; }

    /// <summary>Sent to the network, in bytes per second.</summary>
    public double NetworkSentBytesPerSecond { get; init; }

    /// <summary>The load average over one minute.</summary>
    public double Load1 { get; init; }

    /// <summary>The highest temperature of the machine's own sensors, in degrees Celsius.</summary>
    public double? TemperatureCelsius { get; init; }

    /// <summary>The power of the machine's own meters (hwmon, RAPL), in watts.</summary>
    public double? PowerWatts { get; init; }

    /// <summary>What each task uses.</summary>
    public IReadOnlyList<TaskReadings> Tasks { get; init; } = [];

    /// <summary>What each accelerator does.</summary>
    public IReadOnlyList<DeviceReadings> Devices { get; init; } = [];
}

/// <summary>What one task uses.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="CpuUsed">Processors in use, in CPUs.</param>
/// <param name="MemoryUsedBytes">Memory in use, in bytes.</param>
public sealed record TaskReadings(string Task, double CpuUsed, long MemoryUsedBytes);

/// <summary>What one accelerator does.</summary>
/// <param name="Index">Its index on the node.</param>
/// <param name="Utilization">From 0 to 1.</param>
/// <param name="MemoryUsedBytes">Memory in use, in bytes.</param>
/// <param name="TemperatureCelsius">In degrees Celsius.</param>
/// <param name="PowerWatts">In watts.</param>
public sealed record DeviceReadings(int Index, double Utilization, long MemoryUsedBytes, double? TemperatureCelsius, double? PowerWatts)
{
    /// <summary>The number of the last Xid error that the kernel logged of it since the agent started, or 0; null: the agent may not read the kernel's log.</summary>
    public int? LastXid { get; init; }
}
