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

    // The core takes a message in one step, and everybody else waits for it.
    private const int MostAlerts = 10_000;

    /// <summary>Reads a message.</summary>
    /// <returns>What is new, and how many alerts were our own: sent by us, or found by a Prometheus that has our rules.</returns>
    /// <exception cref="FormatException">It is none that Alertmanager would write, or too large; the text says how to mend it.</exception>
    public (IReadOnlyList<AlertChange> Changes, int Own) Read(WebhookSubmission message)
    {
        var alerts = message is { Version: "4", Alerts: { } all } ? all
            : throw new FormatException($"this is no message of Alertmanager's webhook of version 4: version is '{message.Version}'{(message.Alerts is null ? ", and 'alerts' is missing" : "")}");
        if (alerts.Count > MostAlerts)
        {
            throw new FormatException($"alerts has {alerts.Count} alerts: one message may have {MostAlerts}; let Alertmanager group by more labels (group_by)");
        }

        var changes = new List<AlertChange>();
        var own = 0;
        for (var i = 0; i < alerts.Count; i++)
        {
            Check(alerts[i], i);
            var labels = alerts[i].Labels ?? new Dictionary<string, string>();
            if (IsOwn(alerts[i], labels))
            {
                own++;
            }
            else if (labels.GetValueOrDefault(AlertLabels.Name) is { Length: > 0 })
            {
                changes.Add(ChangeOf(alerts[i], labels));
            }
        }

        return (changes, own);
    }

    // What a file of JSON can hold, and no alert has.
    private static void Check(WebhookAlert? alert, int at)
    {
        if (alert is null)
        {
            throw new FormatException($"alerts[{at}] is null: leave it out");
        }

        foreach (var (name, value) in (IReadOnlyDictionary<string, string?>?)alert.Labels ?? new Dictionary<string, string?>())
        {
            if (value is null || name.Length > LongestText)
            {
                throw new FormatException(value is null
                    ? $"alerts[{at}].labels.{Cut(name)} is null: write a text, or leave it out"
                    : $"alerts[{at}].labels has a name of {name.Length} characters: it may have {LongestText}");
            }
        }
    }

    // An end is told once. That a rule of ours holds says nothing of an alert that somebody else began, so only our very own ends are left.
    private bool IsOwn(WebhookAlert alert, IReadOnlyDictionary<string, string> labels) =>
        alert.Annotations?.GetValueOrDefault(AlertmanagerSender.OriginAnnotation) == store.Identity
        || (alert.Status is "resolved" ? book.Fires(FingerprintOf(alert, labels)) : book.Holds(labels));

    private static string FingerprintOf(WebhookAlert alert, IReadOnlyDictionary<string, string> labels) =>
        alert.Fingerprint is { Length: 16 } given && given.All(char.IsAsciiHexDigit) ? given.ToLowerInvariant() : AlertLabels.FingerprintOf(labels);

    private AlertChange ChangeOf(WebhookAlert alert, IReadOnlyDictionary<string, string> labels)
    {
        var said = alert.Annotations ?? new Dictionary<string, string>();
        var name = Cut(labels[AlertLabels.Name])!;
        var kept = labels.OrderBy(static label => label.Key, StringComparer.Ordinal).Take(MostLabels).ToDictionary(static label => label.Key, static label => Cut(label.Value) ?? "", StringComparer.Ordinal);
        return new(
            new()
            {
                Rule = name,
                Fingerprint = FingerprintOf(alert, labels),
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
