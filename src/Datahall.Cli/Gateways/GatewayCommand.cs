using System.CommandLine;
using Datahall.Cli.Client;

namespace Datahall.Cli.Gateways;

/// <summary><c>datahall gateway</c>: this machine takes requests for the services of a server elsewhere.</summary>
internal static class GatewayCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var listen = new Option<string[]>("--listen")
        {
            Description = "Where requests come in, http or https; may be given several times",
            HelpName = "URL",
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = static _ => ["http://0.0.0.0:7080"],
        };
        var name = new Option<string?>("--name") { Description = "The gateway's name (default: the machine's)", HelpName = "NAME" };
        var lane = new Option<string>("--lane") { Description = "What carries plaintext: auto, epoll (Linux) or kestrel", HelpName = "LANE", DefaultValueFactory = static _ => "auto" };
        lane.AcceptOnlyFromAmong("auto", "epoll", "kestrel");
        var certificates = new Option<string[]>("--tls-cert") { Description = "PEM file with a certificate, for https; several for several host names. Read again when it changes", HelpName = "FILE", Arity = ArgumentArity.OneOrMore };
        var keys = new Option<string[]>("--tls-key") { Description = "PEM file with its key, in the same order", HelpName = "FILE", Arity = ArgumentArity.OneOrMore };
        var proxy = new Option<bool>("--proxy-protocol") { Description = "Each connection begins with a PROXY protocol header of the balancer in front" };
        var trust = new Option<bool>("--trust-forwarded") { Description = "Believe X-Forwarded-For, -Proto and -Host, and add to them; only behind a proxy that sets them" };
        var log = new Option<string?>("--access-log") { Description = "Log each request to this file as a line of JSON; - for standard output", HelpName = "FILE|-" };
        var metrics = new Option<string?>("--metrics") { Description = "Where to tell metrics to Prometheus, without a token; the server's service discovery lists it", HelpName = "URL" };
        var drain = new Option<string>("--drain") { Description = "How long requests may go on when the gateway stops", HelpName = "TIME", DefaultValueFactory = static _ => "30s" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Log more than warnings" };
        var command = new Command("gateway", "Take requests for the services of a server elsewhere, and spread them over the replicas") { listen, name, lane, certificates, keys, proxy, trust, log, metrics, drain, verbose };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var request = new GatewayRequest
            {
                Server = ServerAddress.Parse(session.NamedServer ?? throw CommandFailure.Usage("a gateway needs --server URL or DATAHALL_SERVER"), "--server"),
                Token = session.GivenToken ?? throw CommandFailure.Usage("a gateway needs --token or DATAHALL_TOKEN; 'datahall node join-token' on the server's machine prints it"),
                Name = parsed.GetValue(name),
                Listen = parsed.GetRequiredValue(listen),
                Lane = parsed.GetRequiredValue(lane),
                Certificates = parsed.GetValue(certificates) ?? [],
                Keys = parsed.GetValue(keys) ?? [],
                ProxyProtocol = parsed.GetValue(proxy),
                TrustForwarded = parsed.GetValue(trust),
                AccessLog = parsed.GetValue(log),
                Metrics = parsed.GetValue(metrics),
                Drain = parsed.GetRequiredValue(drain),
                Verbose = parsed.GetValue(verbose),
            };
            return (int)await GatewayRun.RunAsync(session, request, cancellationToken);
        });
        return command;
    }
}
