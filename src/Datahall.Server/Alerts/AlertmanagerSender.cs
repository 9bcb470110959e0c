using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading.Channels;
using Datahall.Control.Store;
using Datahall.Monitoring.Alerts;
using Datahall.Server.Hosting;
using Datahall.Server.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Alerts;

/// <summary>Tells Alertmanagers which alerts fire and which have ended, again and again, as Prometheus does.</summary>
/// <remarks>
/// An alert is told when it begins, once a resend interval while it fires, and for a while after it has ended. Its end lies four intervals ahead: an Alertmanager
/// that hears no more of us ends it by itself. Source: Prometheus 2.42, rules/alerting.go and notifier/notifier.go.
/// </remarks>
internal sealed partial class AlertmanagerSender : BackgroundService
{
    /// <summary>The annotation that says whose rule an alert is of, so that it is known when it comes back.</summary>
    public const string OriginAnnotation = "datahall";

    private const int MostInRequest = 256;
    private const int LiveIntervals = 4;

    // Full mode: drop the older look. The next one tells everything that is due.
    private readonly Channel<AlertLook> looks = Channel.CreateBounded<AlertLook>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly Dictionary<string, (ActiveAlert Alert, DateTimeOffset Told)> told = new(StringComparer.Ordinal);
    private readonly Dictionary<Uri, bool> isWell = [];
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly ServerOptions server;
    private readonly AlertMetrics metrics;
    private readonly ILogger<AlertmanagerSender> logger;
    private readonly string origin;

    public AlertmanagerSender(ServerOptions server, IResourceStore store, AlertMetrics metrics, ILogger<AlertmanagerSender> logger)
    {
        (this.server, this.metrics, this.logger) = (server, metrics, logger);
        origin = store.Identity;
    }

    /// <summary>A look has been taken.</summary>
    public void Take(AlertLook look)
    {
        if (server.Alertmanagers.Count > 0)
        {
            looks.Writer.TryWrite(look);
        }
    }

    public override void Dispose()
    {
        http.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var look in looks.Reader.ReadAllAsync(stoppingToken))
            {
                Follow(look);
                foreach (var batch in Due(look.At).Chunk(MostInRequest))
                {
                    await Task.WhenAll(server.Alertmanagers.Select(url => SendAsync(url, batch, stoppingToken)));
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the Alertmanagers end what they hear no more of.
        }
    }

    private void Follow(AlertLook look)
    {
        var firing = look.Active.Where(static alert => alert.State is AlertState.Firing).ToDictionary(static alert => alert.Fingerprint, StringComparer.Ordinal);
        foreach (var (fingerprint, (alert, at)) in told.ToList())
        {
            if (!firing.ContainsKey(fingerprint) && alert.Ended is null)
            {
                told[fingerprint] = (alert with { State = AlertState.Resolved, Ended = look.At }, DateTimeOffset.MinValue);
            }
            else if (alert.Ended is { } ended && look.At - ended > server.Alerts.KeepResolved)
            {
                told.Remove(fingerprint);
            }
        }

        foreach (var (fingerprint, alert) in firing)
        {
            var isKnown = told.TryGetValue(fingerprint, out var known) && known.Alert.Ended is null;
            told[fingerprint] = (alert, isKnown ? known.Told : DateTimeOffset.MinValue);
        }
    }

    private List<PostableAlert> Due(DateTimeOffset now)
    {
        var due = told.Where(item => now - item.Value.Told >= server.Alerts.Resend || item.Value.Told == DateTimeOffset.MinValue).Select(static item => item.Key).ToList();
        var alerts = new List<PostableAlert>(due.Count);
        foreach (var fingerprint in due)
        {
            var alert = told[fingerprint].Alert;
            told[fingerprint] = (alert, now);
            alerts.Add(ToWire(alert, now));
        }

        return alerts;
    }

    private PostableAlert ToWire(ActiveAlert alert, DateTimeOffset now)
    {
        var annotations = new Dictionary<string, string> { ["summary"] = alert.Summary, [OriginAnnotation] = origin };
        if (alert.Advice is { } advice)
        {
            annotations["advice"] = advice;
        }

        if (alert.Runbook is { } runbook)
        {
            annotations["runbook_url"] = runbook;
        }

        var longer = server.Alerts.Interval > server.Alerts.Resend ? server.Alerts.Interval : server.Alerts.Resend;
        return new(alert.Labels, annotations, alert.Since, alert.Ended ?? now + (LiveIntervals * longer), $"{server.Listen}/api/v1/alertrules/{alert.Rule}");
    }

    private async Task SendAsync(Uri url, IReadOnlyList<PostableAlert> alerts, CancellationToken cancellationToken)
    {
        string? problem = null;
        try
        {
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(alerts, AlertmanagerJson.Default.IReadOnlyListPostableAlert));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await http.PostAsync(new Uri($"{url.AbsoluteUri.TrimEnd('/')}/api/v2/alerts"), content, cancellationToken);
            problem = answer.IsSuccessStatusCode ? null : $"it answered {(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            problem = e.Message;
        }

        Note(url, alerts, problem);
    }

    // What was not taken is due again with the next look. Only a change is logged: an Alertmanager may be away for days.
    private void Note(Uri url, IReadOnlyList<PostableAlert> alerts, string? problem)
    {
        lock (isWell)
        {
            var wasWell = isWell.GetValueOrDefault(url, true);
            isWell[url] = problem is null;
            if (problem is null)
            {
                metrics.Sent(alerts.Count);
                if (!wasWell)
                {
                    LogBack(url.ToOrigin());
                }

                return;
            }

            metrics.SendFailed();
            foreach (var alert in alerts)
            {
                var fingerprint = AlertLabels.FingerprintOf(alert.Labels);
                if (told.TryGetValue(fingerprint, out var known))
                {
                    told[fingerprint] = (known.Alert, DateTimeOffset.MinValue);
                }
            }

            if (wasWell)
            {
                LogRefused(url.ToOrigin(), problem);
            }
        }
    }

    [LoggerMessage(3811, LogLevel.Warning, "Alertmanager {Url} does not take alerts: {Problem}. They are told again until it does")]
    private partial void LogRefused(string url, string problem);

    [LoggerMessage(3812, LogLevel.Warning, "Alertmanager {Url} takes alerts again")]
    private partial void LogBack(string url);
}
