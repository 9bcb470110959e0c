using System.CommandLine;
using Datahall.Cli.Apply;
using Datahall.Cli.Client;
using Datahall.Cli.Targets;

namespace Datahall.Cli.Up;

/// <summary><c>datahall up</c>: the server and this machine's agent, in this process.</summary>
internal static class UpCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var listen = new Option<string>("--listen") { Description = "Where to listen; port 0 takes a free one", HelpName = "URL", DefaultValueFactory = static _ => ServerAddress.DefaultUrl };
        var node = new Option<string?>("--node") { Description = "Name of this machine as a node (default: its host name)", HelpName = "NAME" };
        var apply = new Option<string[]>("--apply") { Description = "Apply these manifests once ready and show how they come along", HelpName = "FILE|DIR", Arity = ArgumentArity.OneOrMore };
        var policy = PolicyName.Option();
        var noAgent = new Option<bool>("--no-agent") { Description = "Run no tasks on this machine" };
        var certificate = new Option<string?>("--tls-cert") { Description = "PEM file with the certificate, to listen on https", HelpName = "FILE" };
        var key = new Option<string?>("--tls-key") { Description = "PEM file with its key", HelpName = "FILE" };
        var wake = new Option<string?>("--wake-command") { Description = "What wakes the node $DATAHALL_NODE instead of a Wake-on-LAN packet, such as an IPMI command", HelpName = "COMMAND" };
        var allowCaps = new Option<bool>("--allow-power-caps") { Description = "Let this machine's GPUs and processors be capped (needs root)" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Log more than warnings" };
        var command = new Command("up", "Start the server, and run tasks on this machine") { listen, node, apply, policy, noAgent, certificate, key, wake, allowCaps, verbose };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var request = new UpRequest
            {
                Listen = parsed.GetRequiredValue(listen),
                NodeName = parsed.GetValue(node),
                RunAgent = !parsed.GetValue(noAgent),
                Policy = PolicyName.Check(parsed.GetRequiredValue(policy)),
                Apply = parsed.GetValue(apply) ?? [],
                TlsCertificate = parsed.GetValue(certificate),
                TlsKey = parsed.GetValue(key),
                WakeCommand = parsed.GetValue(wake),
                AllowPowerCaps = parsed.GetValue(allowCaps),
                Verbose = parsed.GetValue(verbose),
            };
            ServerAddress.Parse(request.Listen, "--listen");
            var manifests = request.Apply.Count > 0 ? Manifests.Read(request.Apply) : null;
            return (int)await ServerRun.RunAsync(session, request, manifests, cancellationToken);
        });
        return command;
    }
}
