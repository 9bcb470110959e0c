using System.CommandLine;
using Datahall.Cli.Apply;
using Datahall.Cli.Client;
using Datahall.Cli.Targets;

namespace Datahall.Cli.Up;

/// <summary><c>datahall up</c>: the server and this machine's agent, in this process.</summary>
internal static class UpCommand
{
    private const string DefaultGateway = "http://127.0.0.1:7080";

    public static Command Create(GlobalOptions globals)
    {
        var listen = new Option<string>("--listen") { Description = "Where to listen; port 0 takes a free one", HelpName = "URL", DefaultValueFactory = static _ => ServerAddress.DefaultUrl };
        var node = new Option<string?>("--node") { Description = "Name of this machine as a node (default: its host name)", HelpName = "NAME" };
        var apply = new Option<string[]>("--apply") { Description = "Apply these manifests once ready and show how they come along", HelpName = "FILE|DIR", Arity = ArgumentArity.OneOrMore };
        var policy = PolicyName.Option();
        var noAgent = new Option<bool>("--no-agent") { Description = "Run no tasks on this machine" };
        var gateway = new Option<string[]>("--gateway")
        {
            Description = $"Where the gateway takes requests for services with a route, http or https; may be given several times; 'none': nowhere (default: {DefaultGateway}; with --listen on port 0, a free port)",
            HelpName = "URL",
            Arity = ArgumentArity.OneOrMore,
        };
        var accessLog = new Option<string?>("--access-log") { Description = "Log each request of the gateway to this file as a line of JSON; - for standard output", HelpName = "FILE|-" };
        var certificate = new Option<string?>("--tls-cert") { Description = "PEM file with the certificate, to listen on https; the gateway's too", HelpName = "FILE" };
        var key = new Option<string?>("--tls-key") { Description = "PEM file with its key", HelpName = "FILE" };
        var wake = new Option<string?>("--wake-command") { Description = "What wakes the node $DATAHALL_NODE instead of a Wake-on-LAN packet, such as an IPMI command", HelpName = "COMMAND" };
        var allowCaps = new Option<bool>("--allow-power-caps") { Description = "Let this machine's GPUs and processors be capped (needs root)" };
        var metricsOpen = new Option<bool>("--metrics-open") { Description = "Let /metrics and /metrics/fleet be read without a token" };
        var otlp = new Option<string?>("--otlp") { Description = "Send the program's metrics to this OTLP receiver, gRPC or HTTP on port 4318 (default: OTEL_EXPORTER_OTLP_ENDPOINT, or nowhere)", HelpName = "URL" };
        var prometheus = new Option<string?>("--prometheus") { Description = "The Prometheus that scrapes this server, for series older than memory reaches", HelpName = "URL" };
        var alertmanager = new Option<string[]>("--alertmanager") { Description = "Tell this Alertmanager of alerts; may be given several times", HelpName = "URL", Arity = ArgumentArity.OneOrMore };
        var notify = new Option<string?>("--notify") { Description = "Post incidents to this URL as they are opened, taken on and over", HelpName = "URL" };
        var noDefaultAlerts = new Option<bool>("--no-default-alerts") { Description = "Give a store without alert rules none" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Log more than warnings" };
        var command = new Command("up", "Start the server, and run tasks on this machine") { listen, node, apply, policy, noAgent, gateway, accessLog, certificate, key, wake, allowCaps, metricsOpen, otlp, prometheus, alertmanager, notify, noDefaultAlerts, verbose };
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
                Gateway = GatewayUrls(parsed.GetValue(gateway) ?? [], parsed.GetRequiredValue(listen)),
                AccessLog = parsed.GetValue(accessLog),
                TlsCertificate = parsed.GetValue(certificate),
                TlsKey = parsed.GetValue(key),
                WakeCommand = parsed.GetValue(wake),
                AllowPowerCaps = parsed.GetValue(allowCaps),
                MetricsOpen = parsed.GetValue(metricsOpen),
                Otlp = parsed.GetValue(otlp) is { } receiver ? HttpUrl(receiver, "--otlp") : null,
                Prometheus = parsed.GetValue(prometheus) is { } history ? HttpUrl(history, "--prometheus") : null,
                Alertmanagers = [.. (parsed.GetValue(alertmanager) ?? []).Select(static url => HttpUrl(url, "--alertmanager"))],
                Notify = parsed.GetValue(notify) is { } target ? HttpUrl(target, "--notify") : null,
                DefaultAlerts = !parsed.GetValue(noDefaultAlerts),
                Verbose = parsed.GetValue(verbose),
            };
            ServerAddress.Parse(request.Listen, "--listen");
            var manifests = request.Apply.Count > 0 ? Manifests.Read(request.Apply) : null;
            return (int)await ServerRun.RunAsync(session, request, manifests, cancellationToken);
        });
        return command;
    }

    private static Uri HttpUrl(string text, string option) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? url
        : throw CommandFailure.Usage($"{option} is '{text}', which is no http or https URL; write it like http://127.0.0.1:9090");

    // Whoever lets the system choose the server's port runs several on one machine.
    private static string[] GatewayUrls(string[] given, string listen) => given switch
    {
        ["none"] => [],
        [] => [Uri.TryCreate(listen, UriKind.Absolute, out var url) && url.Port == 0 ? "http://127.0.0.1:0" : DefaultGateway],
        _ => given,
    };
}
