using System.Reflection;
using System.Runtime.InteropServices;
using Datahall.Fleet.Runtimes;
using Datahall.Model;

namespace Datahall.Fleet.Agents;

/// <summary>What an installation may set about an agent.</summary>
public sealed record AgentOptions
{
    /// <summary>Where the agent keeps its tasks; one agent at a time.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The node's name. Default: the machine's host name, in lower case.</summary>
    public string Node { get; init; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>Where peers reach the node's tasks; null for the machine's first address.</summary>
    public string? Address { get; init; }

    /// <summary>Labels that the node carries unless a manifest says otherwise.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>What the node has; null to find out.</summary>
    public NodeCapacity? Capacity { get; init; }

    /// <summary>The agent's version and platform, for people.</summary>
    public string Version { get; init; } =
        $"{typeof(AgentOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]} {RuntimeInformation.RuntimeIdentifier}";

    /// <summary>How tasks run; null for the defaults, under <see cref="DataDirectory"/>.</summary>
    public ProcessRuntimeOptions? Runtime { get; init; }

    /// <summary>The command that puts the machine to sleep; null: it is never put to sleep.</summary>
    public string? SleepCommand { get; init; }

    /// <summary>Whether the power of this machine's devices may be capped. Default false.</summary>
    public bool AllowPowerCaps { get; init; }

    /// <summary>How often a cap is looked at anew: drivers and firmware may forget it. Default 10 s.</summary>
    public TimeSpan CapInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the kernel shows devices. Default <c>/sys</c>.</summary>
    public string Sys { get; init; } = "/sys";

    /// <summary>The kernel's log. Default <c>/dev/kmsg</c>.</summary>
    public string KernelLog { get; init; } = "/dev/kmsg";

    /// <summary>The program that shows and limits NVIDIA's GPUs. Default <c>nvidia-smi</c>.</summary>
    public string NvidiaSmi { get; init; } = "nvidia-smi";

    /// <summary>How often readings are sent. Default 2 s.</summary>
    public TimeSpan ReadingsInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The first wait after the control plane did not answer; it doubles up to 2 s. Default 100 ms.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an agent that leaves, and has nothing to run, waits for a control plane that does not answer. Default 10 s.</summary>
    public TimeSpan GoodbyeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a graceful end may take. Default 90 s.</summary>
    public TimeSpan LeaveTimeout { get; init; } = TimeSpan.FromSeconds(90);
}

/// <summary>How a graceful end ended.</summary>
public enum LeaveOutcome
{
    /// <summary>Every task has stopped, and the control plane knows it or does not answer.</summary>
    Left,

    /// <summary>The time was up: what still runs lives on, and is taken up by the next agent on the same data directory.</summary>
    TasksLeft,
}
