using Datahall.Control.Inputs;
using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Monitoring.Alerts;
using Datahall.Monitoring.Lines;

namespace Datahall.Server.Alerts;

/// <summary>Makes changes for the core of what Alertmanager posts.</summary>
internal sealed class WebhookIntake(IResourceStore store, AlertBook book, TimeProvider time)
{
    /// <summary>The source of alerts that came so.</summary>
    public const string Source = "alertmanager";

    private const int LongestText = 1_000;
    private const int MostLabels = 64;

    /// <summary>Reads a message.</summary>
    /// <returns>What is new, and how many alerts were our own: sent by us, or found by a Prometheus that has our rules.</returns>
    public (IReadOnlyList<AlertChange> Changes, int Own) Read(WebhookSubmission message)
    {
        var changes = new List<AlertChange>();
        var own = 0;
        foreach (var alert in message.Alerts ?? [])
        {
            var labels = alert.Labels ?? new Dictionary<string, string>();
            if (alert.Annotations?.GetValueOrDefault(AlertmanagerSender.OriginAnnotation) == store.Identity || book.Holds(labels))
            {
                own++;
            }
            else if (labels.GetValueOrDefault(AlertLabels.Name) is { Length: > 0 })
            {
                changes.Add(ChangeOf(alert, labels));
            }
        }

        return (changes, own);
    }

    private AlertChange ChangeOf(WebhookAlert alert, IReadOnlyDictionary<string, string> labels)
    {
        var said = alert.Annotations ?? new Dictionary<string, string>();
        var name = Cut(labels[AlertLabels.Name])!;
        var kept = labels.OrderBy(static label => label.Key, StringComparer.Ordinal).Take(MostLabels).ToDictionary(static label => Cut(label.Key) ?? "", static label => Cut(label.Value) ?? "", StringComparer.Ordinal);
        return new(
            new()
            {
                Rule = name,
                Fingerprint = alert.Fingerprint is { Length: 16 } given && given.All(char.IsAsciiHexDigit) ? given.ToLowerInvariant() : AlertLabels.FingerprintOf(labels),
                Source = Source,
                Labels = kept,
                Severity = SeverityOf(labels.GetValueOrDefault(AlertLabels.Severity)),
                Summary = Cut(said.GetValueOrDefault("summary") ?? said.GetValueOrDefault("message") ?? said.GetValueOrDefault("description")) ?? name,
                Since = alert.StartsAt ?? time.GetUtcNow(),
                Ended = alert.Status is not "resolved" ? null : alert.EndsAt is { Year: > 1 } ended ? ended : time.GetUtcNow(),
                Runbook = Uri.TryCreate(said.GetValueOrDefault("runbook_url"), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? Cut(url.AbsoluteUri) : null,
            },
            Cut(said.GetValueOrDefault("advice")));
    }

    // The words that are usual; whatever else somebody wrote deserves a look.
    private static AlertSeverity SeverityOf(string? word) => word?.ToLowerInvariant() switch
    {
        "critical" or "page" or "emergency" or "fatal" or "error" => AlertSeverity.Critical,
        "info" or "none" or "notice" or "debug" => AlertSeverity.Info,
        _ => AlertSeverity.Warning,
    };

    // Whoever may post to an Alertmanager writes this, and terminals show it.
    private static string? Cut(string? text) => string.IsNullOrEmpty(text) ? null : PrintableText.Of(text.ReplaceLineEndings(" "), LongestText);
}
