using System.Text.Json.Serialization;
using Datahall.Model;
using Datahall.Monitoring.Alerts;

namespace Datahall.Server.Alerts;

/// <summary>What the last look at the alert rules found.</summary>
/// <param name="Evaluated">When it was; absent before the first.</param>
/// <param name="Alerts">The alerts that are pending or fire, by rule and labels.</param>
/// <param name="Rules">How the look at each rule went, by name.</param>
internal sealed record AlertListView(DateTimeOffset? Evaluated, IReadOnlyList<AlertView> Alerts, IReadOnlyList<RuleLookView> Rules);

/// <summary>An alert.</summary>
/// <param name="Rule">Its rule.</param>
/// <param name="State"><c>pending</c> or <c>firing</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Summary">What is wrong.</param>
/// <param name="Advice">What to do; absent when the rule does not say.</param>
/// <param name="Runbook">The page that tells more.</param>
/// <param name="Value">The value, in the unit of the rule; absent when there is none.</param>
/// <param name="Since">Since when the rule holds.</param>
/// <param name="WithoutData">Whether nothing is known of it at this time.</param>
/// <param name="Fingerprint">Tells it from every other.</param>
/// <param name="Incident">The incident that it is in; absent when it is in none.</param>
internal sealed record AlertView(
    string Rule, string State, AlertSeverity Severity, IReadOnlyDictionary<string, string> Labels, string Summary, string? Advice, string? Runbook,
    double? Value, DateTimeOffset Since, bool WithoutData, string Fingerprint, string? Incident)
{
    public static AlertView Of(ActiveAlert alert, string? incident) => new(
        alert.Rule, alert.State is AlertState.Firing ? "firing" : "pending", alert.Severity, alert.Labels, alert.Summary, alert.Advice, alert.Runbook,
        double.IsFinite(alert.Value) ? alert.Value : null, alert.Since, alert.IsWithoutData, alert.Fingerprint, incident);
}

/// <summary>How the last look at a rule went.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Series">For how many sets of labels there was something to compare; 0: the rule has no data.</param>
/// <param name="Pending">How many alerts are pending.</param>
/// <param name="Firing">How many fire.</param>
internal sealed record RuleLookView(string Rule, int Series, int Pending, int Firing)
{
    public static RuleLookView Of(RuleLook look) => new(look.Rule, look.Results, look.Pending, look.Firing);
}

/// <summary>What somebody says of an incident.</summary>
/// <param name="Note">In their words, at most 1,000 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record IncidentNoteSubmission(string? Note = null);

/// <summary>The wire format of alerts.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AlertListView))]
[JsonSerializable(typeof(IncidentNoteSubmission))]
[JsonSerializable(typeof(WebhookAnswerView))]
[JsonSerializable(typeof(WebhookSubmission))]
internal sealed partial class AlertJson : JsonSerializerContext;
