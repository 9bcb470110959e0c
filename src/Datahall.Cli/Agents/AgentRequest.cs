namespace Datahall.Cli.Agents;

/// <summary>What <c>datahall agent</c> was asked for; names nothing of the agent, so that reading it loads nothing of it.</summary>
/// <param name="Server">The control plane.</param>
/// <param name="Token">The join token.</param>
/// <param name="Node">The node's name; null for the host name.</param>
/// <param name="Address">Where peers reach it; null to find out.</param>
/// <param name="Labels">The node's labels.</param>
/// <param name="SleepCommand">What puts the machine to sleep; null: nothing may.</param>
/// <param name="AllowPowerCaps">Whether the power of its devices may be capped.</param>
/// <param name="Verbose">Whether events of operation are logged, not only warnings.</param>
internal sealed record AgentRequest(
    Uri Server, string Token, string? Node, string? Address, IReadOnlyDictionary<string, string> Labels, string? SleepCommand, bool AllowPowerCaps, bool Verbose);
