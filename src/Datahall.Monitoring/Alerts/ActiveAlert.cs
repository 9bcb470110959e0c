using Datahall.Model;

namespace Datahall.Monitoring.Alerts;

/// <summary>Where an alert stands.</summary>
public enum AlertState
{
    /// <summary>Its rule holds, not yet for long enough.</summary>
    Pending,

    /// <summary>It has held for long enough.</summary>
    Firing,

    /// <summary>It holds no more.</summary>
    Resolved,
}

/// <summary>A rule that holds, or held, for one set of labels.</summary>
public sealed record ActiveAlert
{
    /// <summary>The rule's name.</summary>
    public required string Rule { get; init; }

    /// <summary>All labels: those of the series, those of the rule, <c>alertname</c> and <c>severity</c>.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Tells it from every other; made of its labels.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Where it stands.</summary>
    public AlertState State { get; init; }

    /// <summary>Since when the rule holds.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it ended; null: it has not.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The last value for which the rule held, in the unit of the rule; NaN when it fires from before a restart and nothing is known yet.</summary>
    public double Value { get; init; }

    /// <summary>Since when it is kept firing although the rule holds no more; null: it holds.</summary>
    public DateTimeOffset? KeptSince { get; init; }

    /// <summary>Whether nothing is known of it at this time: its series have no samples.</summary>
    public bool IsWithoutData { get; init; }

    /// <summary>How bad it is.</summary>
    public AlertSeverity Severity { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Summary { get; init; }

    /// <summary>What to do.</summary>
    public string? Advice { get; init; }

    /// <summary>The page that tells more.</summary>
    public string? Runbook { get; init; }
}

/// <summary>How one look at a rule went.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Results">For how many sets of labels it found something to compare; 0: it has no data.</param>
/// <param name="Pending">How many of its alerts are pending.</param>
/// <param name="Firing">How many fire.</param>
public sealed record RuleLook(string Rule, int Results, int Pending, int Firing);

/// <summary>What one look at all rules found.</summary>
/// <param name="At">When.</param>
/// <param name="Active">All alerts that are pending or fire, by rule and labels.</param>
/// <param name="Begun">Those of them that began to fire with this look.</param>
/// <param name="Ended">Those that fired before and do not any more.</param>
/// <param name="Rules">How the look at each rule went, by name.</param>
public sealed record AlertLook(
    DateTimeOffset At, IReadOnlyList<ActiveAlert> Active, IReadOnlyList<ActiveAlert> Begun, IReadOnlyList<ActiveAlert> Ended, IReadOnlyList<RuleLook> Rules);
