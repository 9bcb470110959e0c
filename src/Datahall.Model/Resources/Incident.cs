using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>Something wrong: alerts of one cause, what they show, whom they hurt, and what was done. Made by Datahall, never by a manifest.</summary>
public sealed record Incident : Resource
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => ResourceKinds.Incident;

    /// <summary>What is.</summary>
    public required IncidentStatus Status { get; init; }
}

/// <summary>What is known of an incident.</summary>
public sealed record IncidentStatus
{
    /// <summary>Where it stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IncidentState State { get; init; }

    /// <summary>That of its worst alert so far.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public AlertSeverity Severity { get; init; }

    /// <summary>What is wrong, in a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>
    /// What its alerts have in common: <c>node/NAME</c>, <c>rack/SITE/HALL/RACK</c>, <c>feed/SITE/FEED</c>, <c>site/NAME</c>, <c>queue/NAME</c>, <c>service/NAME</c>,
    /// <c>job/NAME</c>, or <c>rule/NAME</c> where they name nothing that is known.
    /// </summary>
    public required string Cause { get; init; }

    /// <summary>When it was opened.</summary>
    public DateTimeOffset Opened { get; init; }

    /// <summary>When an alert last came or went.</summary>
    public DateTimeOffset Changed { get; init; }

    /// <summary>Who took it on; null: nobody yet.</summary>
    public IncidentMark? Acknowledged { get; init; }

    /// <summary>When it ended and through whom; null: it has not.</summary>
    public IncidentMark? Resolved { get; init; }

    /// <summary>The incident that took its alerts over; null: none.</summary>
    public string? MergedInto { get; init; }

    /// <summary>Its alerts, in the order in which they came.</summary>
    public IReadOnlyList<IncidentAlert> Alerts { get; init; } = [];

    /// <summary>What was found that speaks for the cause, oldest first.</summary>
    public IReadOnlyList<IncidentEvidence> Evidence { get; init; } = [];

    /// <summary>The jobs and services that it hurts, such as <c>job/train</c>, in order.</summary>
    public IReadOnlyList<string> Affected { get; init; } = [];

    /// <summary>What to do, each sentence once.</summary>
    public IReadOnlyList<string> Advice { get; init; } = [];

    /// <summary>What happened, oldest first.</summary>
    public IReadOnlyList<IncidentEntry> Timeline { get; init; } = [];
}

/// <summary>Where an incident stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IncidentState>))]
public enum IncidentState
{
    /// <summary>Nobody has taken it on.</summary>
    [JsonStringEnumMemberName("firing")]
    Firing,

    /// <summary>Somebody has taken it on.</summary>
    [JsonStringEnumMemberName("acknowledged")]
    Acknowledged,

    /// <summary>It is over.</summary>
    [JsonStringEnumMemberName("resolved")]
    Resolved,
}

/// <summary>Who did something, when and why.</summary>
public sealed record IncidentMark
{
    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Who, by the name of the token; <c>datahall</c> when nobody did.</summary>
    public required string By { get; init; }

    /// <summary>What was said.</summary>
    public string? Note { get; init; }
}

/// <summary>An alert of an incident.</summary>
public sealed record IncidentAlert
{
    /// <summary>The rule's name, or the <c>alertname</c> of one that came from Alertmanager.</summary>
    public required string Rule { get; init; }

    /// <summary>Tells it from every other: 16 hexadecimal digits, made of its labels.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Where it came from: <c>rules</c> or <c>alertmanager</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = Resource.EmptyLabels;

    /// <summary>How bad it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public AlertSeverity Severity { get; init; }

    /// <summary>What is wrong, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The value when it began to fire, in the unit of the rule; null when it came without one.</summary>
    public double? Value { get; init; }

    /// <summary>Since when it holds.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it ended; null: it fires.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The page that tells more.</summary>
    public string? Runbook { get; init; }
}

/// <summary>Something that speaks for an incident's cause.</summary>
public sealed record IncidentEvidence
{
    /// <summary>When it was so.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Where it was seen: <c>alert</c>, <c>core</c>, <c>event</c>, <c>series</c> or <c>log</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The resource it is about, such as <c>node/n1</c>; null: the cause.</summary>
    public string? About { get; init; }

    /// <summary>What was seen, in a sentence.</summary>
    public required string Text { get; init; }
}

/// <summary>Something that happened to an incident.</summary>
public sealed record IncidentEntry
{
    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>What, in a word for programs: <c>opened</c>, <c>fired</c>, <c>ended</c>, <c>widened</c>, <c>merged</c>, <c>acknowledged</c>, <c>resolved</c>, <c>reopened</c>.</summary>
    public required string What { get; init; }

    /// <summary>What, in a sentence for people.</summary>
    public required string Text { get; init; }

    /// <summary>Who did it; null: Datahall.</summary>
    public string? By { get; init; }
}
