using System.Text.Json.Serialization;

namespace Datahall.Server.Alerts;

/// <summary>An alert as Alertmanager's API v2 takes it.</summary>
internal sealed record PostableAlert(
    IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, DateTimeOffset StartsAt, DateTimeOffset EndsAt, [property: JsonPropertyName("generatorURL")] string GeneratorUrl);

/// <summary>What Alertmanager posts to a webhook, version 4; fields that are not used are left out.</summary>
/// <param name="Version">The version of the message.</param>
/// <param name="Alerts">The alerts of one group.</param>
internal sealed record WebhookSubmission(string? Version = null, IReadOnlyList<WebhookAlert>? Alerts = null);

/// <summary>One of its alerts.</summary>
/// <param name="Status"><c>firing</c> or <c>resolved</c>.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Annotations">What is said of it.</param>
/// <param name="StartsAt">Since when it fires.</param>
/// <param name="EndsAt">When it ended; the year 1 while it fires.</param>
/// <param name="Fingerprint">Tells it from others.</param>
internal sealed record WebhookAlert(
    string? Status = null,
    IReadOnlyDictionary<string, string>? Labels = null,
    IReadOnlyDictionary<string, string>? Annotations = null,
    DateTimeOffset? StartsAt = null,
    DateTimeOffset? EndsAt = null,
    string? Fingerprint = null);

/// <summary>What became of a message.</summary>
/// <param name="Taken">How many alerts were told to the core.</param>
/// <param name="Own">How many were our own, come back, and were left.</param>
internal sealed record WebhookAnswerView(int Taken, int Own);

/// <summary>The format of both.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<PostableAlert>))]
[JsonSerializable(typeof(WebhookSubmission))]
internal sealed partial class AlertmanagerJson : JsonSerializerContext;
