using Datahall.Model;
using Datahall.Scheduling.Fragmentation;

namespace Datahall.Control.Core;

/// <summary>What an installation may set about the core.</summary>
public sealed record CoreOptions
{
    /// <summary>How often agents report. Default 1 s.</summary>
    public Duration Heartbeat { get; init; } = Duration.FromSeconds(1);

    /// <summary>The silence after which a node is lost. Default 4 s: with the heartbeat, a dead node is noticed within 5 s.</summary>
    public Duration Lease { get; init; } = Duration.FromSeconds(4);

    /// <summary>The placement policy, or scores with weights and filters: <c>best-fit</c> (default), <c>foresight:3,energy:1,keep-gpu-nodes</c>.</summary>
    public string Policy { get; init; } = "best-fit";

    /// <summary>What kinds of tasks to expect, where somebody knows; null: unknown.</summary>
    public WorkloadMix? Mix { get; init; }

    /// <summary>Whether the installation has a command that wakes nodes; without one only nodes sleep whose network cards are known. Default false.</summary>
    public bool HasWakeCommand { get; init; }

    /// <summary>What random policies draw from.</summary>
    public ulong Seed { get; init; } = 42;
}
