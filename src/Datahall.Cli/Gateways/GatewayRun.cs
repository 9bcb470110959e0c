using Datahall.Cli.Output;
using Datahall.Gateway.Feed;
using Datahall.Gateway.Hosting;
using Datahall.Model;
using Datahall.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace Datahall.Cli.Gateways;

/// <summary>Runs a gateway until it is interrupted. Only this class names the gateway: other verbs must not load it.</summary>
internal static class GatewayRun
{
    public static async Task<ExitCode> RunAsync(Session session, GatewayRequest request, CancellationToken cancellationToken)
    {
        using var logging = ErrorLog.Open(request.Verbose);
        await using var metrics = request.Metrics is { } url ? await ListenAsync(url, cancellationToken) : null;
        using var feed = new HttpRouteFeed(request.Server, request.Token, session.Time) { Metrics = metrics is null ? null : $"{new Uri(request.Metrics!).Host}:{metrics.Port}" };
        await using var gateway = await StartAsync(Options(session, request), feed, session.Time, logging, cancellationToken);
        foreach (var place in gateway.Urls)
        {
            session.Terminal.Out.WriteLine($"{session.Terminal.Paint("gateway", Ink.Strong)} takes requests at {session.Terminal.Paint(place, Ink.Cyan)} for {request.Server}");
        }

        session.Terminal.Line("Ctrl-C finishes the requests under way, then ends");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, session.Time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await gateway.StopAsync(CancellationToken.None);
        }

        return ExitCode.Done;
    }

    private static async Task<MetricsListener> ListenAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            return await MetricsListener.StartAsync(Uri.TryCreate(url, UriKind.Absolute, out var at) ? at : throw new ArgumentException($"'{url}' is no URL; write it like http://0.0.0.0:7081"), cancellationToken);
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            throw CommandFailure.Refused($"--metrics: {e.Message}");
        }
    }

    private static async Task<GatewayHost> StartAsync(GatewayOptions options, HttpRouteFeed feed, TimeProvider time, ILoggerFactory logging, CancellationToken cancellationToken)
    {
        try
        {
            return await GatewayHost.StartAsync(options, feed, time, logging, cancellationToken);
        }
        catch (GatewayStartException e)
        {
            throw CommandFailure.Refused(e.Message);
        }
    }

    private static GatewayOptions Options(Session session, GatewayRequest request)
    {
        if (request.Certificates.Count != request.Keys.Count)
        {
            throw CommandFailure.Usage($"{request.Certificates.Count} --tls-cert and {request.Keys.Count} --tls-key were given; each certificate needs its key");
        }

        if (!Duration.TryParse(request.Drain, out var drain))
        {
            throw CommandFailure.Usage($"--drain '{request.Drain}' is no length of time; write {Duration.Example}");
        }

        Directory.CreateDirectory(session.DataDirectory);
        var certificates = request.Certificates.Zip(request.Keys, static (certificate, key) => new CertificateFiles(certificate, key)).ToList();
        var lane = Enum.Parse<ListenerLane>(request.Lane, ignoreCase: true);
        return new()
        {
            Name = request.Name ?? GatewayNames.OfMachine(),
            Listeners = [.. request.Listen.Select(url => ListenerUrl.Read(url, certificates) with { Lane = lane, ProxyProtocol = request.ProxyProtocol })],
            TrustForwarded = request.TrustForwarded,
            LastRoutesFile = Path.Combine(session.DataDirectory, "gateway-routes.json"),
            AccessLog = request.AccessLog,
            DrainTime = drain.TimeSpan,
        };
    }
}
