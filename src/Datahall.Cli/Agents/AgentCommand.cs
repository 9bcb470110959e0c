using System.CommandLine;

namespace Datahall.Cli.Agents;

internal static class AgentCommand
{
    public static Command Create(GlobalOptions globals) => new("agent", "x");
}
