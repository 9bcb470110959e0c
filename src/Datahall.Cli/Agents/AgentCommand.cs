using System.CommandLine;
using Datahall.Cli.Client;

namespace Datahall.Cli.Agents;

/// <summary><c>datahall agent</c>: this machine runs tasks of a server elsewhere.</summary>
internal static class AgentCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var node = new Option<string?>("--node") { Description = "Name of this machine as a node (default: its host name)", HelpName = "NAME" };
        var address = new Option<string?>("--address") { Description = "Where other nodes reach this one's tasks (default: the machine's first address)", HelpName = "ADDRESS" };
        var labels = new Option<string[]>("--label") { Description = "Label of the node; may be given several times", HelpName = "KEY=VALUE", Arity = ArgumentArity.OneOrMore };
        var allowSleep = new Option<bool>("--allow-sleep") { Description = "Let the server put this machine to sleep" };
        var sleepCommand = new Option<string>("--sleep-command") { Description = "What puts it to sleep, with --allow-sleep", HelpName = "COMMAND", DefaultValueFactory = static _ => "systemctl suspend" };
        var allowCaps = new Option<bool>("--allow-power-caps") { Description = "Let the server cap the power of this machine's GPUs and processors (needs root)" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Log more than warnings" };
        var command = new Command("agent", "Run tasks on this machine for a server elsewhere") { node, address, labels, allowSleep, sleepCommand, allowCaps, verbose };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var request = new AgentRequest(
                ServerAddress.Parse(session.NamedServer ?? throw CommandFailure.Usage("an agent needs --server URL or DATAHALL_SERVER"), "--server"),
                session.GivenToken ?? throw CommandFailure.Usage("an agent needs --token or DATAHALL_TOKEN; 'datahall node join-token' on the server's machine prints it"),
                parsed.GetValue(node),
                parsed.GetValue(address),
                (parsed.GetValue(labels) ?? []).Select(Label).ToDictionary(),
                SleepCommand(parsed.GetValue(allowSleep), parsed.GetRequiredValue(sleepCommand), parsed.GetResult(sleepCommand) is { Implicit: false }),
                parsed.GetValue(allowCaps),
                parsed.GetValue(verbose));
            return (int)await AgentRun.RunAsync(session, request, cancellationToken);
        });
        return command;
    }

    private static string? SleepCommand(bool allowed, string command, bool given) => (allowed, given) switch
    {
        (false, true) => throw CommandFailure.Usage("--sleep-command does nothing without --allow-sleep"),
        (false, _) => null,
        _ when string.IsNullOrWhiteSpace(command) => throw CommandFailure.Usage("--sleep-command is empty; leave it out for 'systemctl suspend'"),
        _ => command,
    };

    private static KeyValuePair<string, string> Label(string text) => text.Split('=', 2) is [{ Length: > 0 } key, var value]
        ? new(key, value)
        : throw CommandFailure.Usage($"'{text}' is no label; write KEY=VALUE, such as zone=a");
}
