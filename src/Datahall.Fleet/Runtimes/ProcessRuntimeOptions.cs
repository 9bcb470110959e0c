using Datahall.Model;

namespace Datahall.Fleet.Runtimes;

/// <summary>What an installation may set about tasks that run as processes.</summary>
public sealed record ProcessRuntimeOptions
{
    /// <summary>Where the attempts' directories stand; they live as long as the tasks, beyond the agent.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>How often the attempts are looked at. Default 100 ms.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A log file that grows beyond this many bytes is rotated. Default 16 MiB.</summary>
    public long LogBytes { get; init; } = 16 << 20;

    /// <summary>How many rotated files of a stream are kept beside the current one. Default 3.</summary>
    public int LogFiles { get; init; } = 3;

    /// <summary>How many forgotten attempts of a task keep their logs. Default 3.</summary>
    public int KeptAttempts { get; init; } = 3;

    /// <summary>How long the logs of a forgotten attempt are kept. Default 1 day.</summary>
    public TimeSpan KeepLogs { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long after a look for an attempt's checkpoint the next one begins. Default 5 s.</summary>
    public TimeSpan CheckpointLook { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The node's accelerators, by index; where there are any, tasks without one must be kept from seeing them.</summary>
    public IReadOnlyList<Device> Devices { get; init; } = [];

    internal string Tasks => Path.Combine(Path.GetFullPath(DataDirectory), "tasks");
}
