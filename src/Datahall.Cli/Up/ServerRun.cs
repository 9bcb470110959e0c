using Datahall.Cli.Apply;
using Datahall.Cli.Gateways;
using Datahall.Cli.Progress;
using Datahall.Control.Core;
using Datahall.Gateway.Hosting;
using Datahall.Model;
using Datahall.Model.Manifests;
using Datahall.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Cli.Up;

/// <summary>Runs the server until it is interrupted. Only this class names the server: other verbs must not load it.</summary>
internal static class ServerRun
{
    public static async Task<ExitCode> RunAsync(Session session, UpRequest request, ManifestResult? manifests, CancellationToken cancellationToken)
    {
        ListenPort.Check(request.Listen, session.DataDirectory);
        await using var server = await StartAsync(session, request, cancellationToken);
        NextSteps.Write(session, server.Url, server.GatewayUrls, manifests is null);
        try
        {
            if (manifests is not null)
            {
                await ApplyAsync(session, server, manifests, cancellationToken);
            }

            var reason = await server.Failed.WaitAsync(cancellationToken);
            throw CommandFailure.Refused($"the server cannot go on: {reason}. Tasks run on; the next 'datahall up' takes them over");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await DrainAsync(session, server);
            return ExitCode.Done;
        }
    }

    private static async Task<DatahallServer> StartAsync(Session session, UpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await DatahallServer.StartAsync(Options(session, request), cancellationToken);
        }
        catch (ServerStartException e)
        {
            throw CommandFailure.Refused(e.InnerException is GatewayStartException ? $"{e.Message}; choose another place with --gateway URL, or --gateway none" : e.Message);
        }
    }

    private static ServerOptions Options(Session session, UpRequest request) => new()
    {
        DataDirectory = session.DataDirectory,
        Listen = request.Listen,
        NodeName = request.NodeName,
        RunAgent = request.RunAgent,
        TlsCertificate = request.TlsCertificate,
        TlsKey = request.TlsKey,
        Gateway = request.Gateway.Count == 0 ? null : Gateway(request),
        Core = new CoreOptions { Policy = request.Policy, HasWakeCommand = request.WakeCommand is not null },
        WakeCommand = request.WakeCommand,
        AllowPowerCaps = request.AllowPowerCaps,
        WatchLogs = true,
        Metrics = new() { IsOpen = request.MetricsOpen, Otlp = request.Otlp, Prometheus = request.Prometheus },
        Alertmanagers = request.Alertmanagers,
        NotifyUrl = request.Notify,
        DefaultAlertRules = request.DefaultAlerts,
        LogLevel = request.Verbose ? LogLevel.Information : LogLevel.Warning,
        Time = session.Time,
    };

    private static GatewayOptions Gateway(UpRequest request)
    {
        CertificateFiles[] certificates = request.TlsCertificate is { } certificate ? [new(certificate, request.TlsKey ?? certificate)] : [];
        return new()
        {
            Name = "built-in",
            Listeners = [.. request.Gateway.Select(url => ListenerUrl.Read(url, certificates))],
            AccessLog = request.AccessLog,
        };
    }

    /// <summary>Applies over the API as any client would. What goes wrong is told, and the server runs on.</summary>
    private static async Task ApplyAsync(Session session, DatahallServer server, ManifestResult manifests, CancellationToken cancellationToken)
    {
        using var client = new Session(session.Terminal, session.Time, session.DataDirectory, server.Url.ToString(), server.AdminToken);
        try
        {
            var answer = await ApplyCall.SendAsync(client.Api, manifests, ApplyMode.Change, cancellationToken);
            ApplyReport.Write(session.Terminal, answer, session.Time.GetUtcNow());
            IReadOnlyList<ResourceKey> keys = [.. manifests.Resources.Select(static resource => resource.Key)];
            var exit = await WorkProgress.FollowAsync(client, keys, ProgressGoal.Started, cancellationToken);
            NextSteps.AfterApply(session, keys, exit);
        }
        catch (CommandFailure e)
        {
            FailureText.Write(session.Terminal, e);
            session.Terminal.Error.WriteLine("datahall: the server runs on; mend that, then 'datahall apply'");
        }
    }

    private static async Task DrainAsync(Session session, DatahallServer server)
    {
        session.Terminal.Line("\nstopping: tasks are stopped in order, and the next 'up' starts them again. Ctrl-C once more leaves at once: tasks then run on and are taken over");
        await server.StopAsync(StopMode.Drain, CancellationToken.None);
        session.Terminal.Line("stopped");
    }
}
