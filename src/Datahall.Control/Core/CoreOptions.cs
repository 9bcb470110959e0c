using Datahall.Model;

namespace Datahall.Control.Core;

/// <summary>What an installation may set about the core.</summary>
public sealed record CoreOptions
{
    /// <summary>How often agents report. Default 1 s.</summary>
    public Duration Heartbeat { get; init; } = Duration.FromSeconds(1);

    /// <summary>The silence after which a node is lost. Default 4 s: with the heartbeat, a dead node is noticed within 5 s.</summary>
    public Duration Lease { get; init; } = Duration.FromSeconds(4);

    /// <summary>The placement policy: <c>best-fit</c> (default) or <c>random</c>.</summary>
    public string Policy { get; init; } = "best-fit";

    /// <summary>What random policies draw from.</summary>
    public ulong Seed { get; init; } = 42;
}
