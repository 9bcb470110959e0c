using Datahall.Model;
using Datahall.Monitoring.Alerts;
using Datahall.Monitoring.Series;
using Datahall.Server.Hosting;
using Datahall.Server.Loop;
using Datahall.Server.Resources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Alerts;

/// <summary>Looks at the alert rules beside the loop, and tells the core which alerts began to fire and which have ended.</summary>
internal sealed partial class AlertWatch(
    SeriesStore series,
    ResourceCache cache,
    ControlLoop loop,
    AlertBook book,
    AlertmanagerSender sender,
    EvidenceCollector evidence,
    ServerOptions server,
    AlertMetrics metrics,
    TimeProvider time,
    ILogger<AlertWatch> logger) : BackgroundService
{
    /// <summary>The source of alerts of our own rules.</summary>
    public const string Source = "rules";

    private readonly AlertTeller teller = new(loop.SubmitAsync, logger);
    private bool hasRules;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var options = server.Alerts;
        var evaluator = new AlertEvaluator(series.Read, series.ReadNewest, time.GetUtcNow(), options.Lookback, Restored());
        using var timer = new PeriodicTimer(options.Interval, time);
        try
        {
            do
            {
                await LookAsync(evaluator, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what was not told is found again after the next start.
        }
    }

    private async Task LookAsync(AlertEvaluator evaluator, CancellationToken cancellationToken)
    {
        try
        {
            await ApplyDefaultsAsync(cancellationToken);
            var started = time.GetTimestamp();
            var look = evaluator.Look(Rules(), time.GetUtcNow());
            metrics.Looked(time.GetElapsedTime(started));
            book.Take(look);
            sender.Take(look);
            await TellAsync(look, cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            LogStore(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException) // A bug in a rule's evaluation must not take the server down, nor end the looks.
        {
            LogFault(e);
        }
    }

    // Whoever has deleted all rules on purpose starts with --no-default-alerts.
    private async Task ApplyDefaultsAsync(CancellationToken cancellationToken)
    {
        if (!hasRules && server.DefaultAlertRules && !Rules().Any())
        {
            await loop.SubmitAsync(new Control.Inputs.Apply(DefaultAlertRules.All), cancellationToken);
        }

        hasRules = true;
    }

    private async Task TellAsync(AlertLook look, CancellationToken cancellationToken)
    {
        foreach (var alert in look.Ended.Concat(look.Begun))
        {
            teller.Add(new(ToModel(alert), alert.Advice));
        }

        if (await teller.TellAsync(cancellationToken) is { Count: > 0 } changes)
        {
            LogTold(changes.Count(static change => change.Alert.Ended is null), changes.Count(static change => change.Alert.Ended is not null));
            await evidence.CollectAsync(changes, cancellationToken);
        }
    }

    private IEnumerable<AlertRule> Rules() => cache.List(ResourceKinds.AlertRule, LabelSelector.All, null, int.MaxValue).Items.Cast<AlertRule>();

    // What fired when the server stopped: the incidents know.
    private List<ActiveAlert> Restored() =>
    [
        .. cache.List(ResourceKinds.Incident, LabelSelector.All, null, int.MaxValue).Items.Cast<Incident>()
            .SelectMany(static incident => incident.Status.Alerts.Where(static alert => alert.Ended is null && alert.Source == Source))
            .Select(static alert => new ActiveAlert
            {
                Rule = alert.Rule,
                Labels = alert.Labels,
                Fingerprint = alert.Fingerprint,
                State = AlertState.Firing,
                Since = alert.Since,
                Severity = alert.Severity,
                Summary = alert.Summary,
                Runbook = alert.Runbook,
            }),
    ];

    private static IncidentAlert ToModel(ActiveAlert alert) => new()
    {
        Rule = alert.Rule,
        Fingerprint = alert.Fingerprint,
        Source = Source,
        Labels = alert.Labels,
        Severity = alert.Severity,
        Summary = alert.Summary,
        Value = double.IsFinite(alert.Value) ? alert.Value : null,
        Since = alert.Since,
        Ended = alert.Ended,
        Runbook = alert.Runbook,
    };

    [LoggerMessage(3801, LogLevel.Information, "{Begun} alerts began to fire, {Ended} ended")]
    private partial void LogTold(int begun, int ended);

    [LoggerMessage(3802, LogLevel.Warning, "Alerts could not be told to the core and are told again: {Reason}")]
    private partial void LogStore(string reason);

    [LoggerMessage(3803, LogLevel.Error, "Looking at the alert rules failed; it is tried again")]
    private partial void LogFault(Exception cause);
}
