using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>Says when a metric means that something is wrong.</summary>
public sealed record AlertRule : Resource
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => ResourceKinds.AlertRule;

    /// <summary>What is watched, and what is said.</summary>
    public required AlertRuleSpec Spec { get; init; }
}

/// <summary>What a rule watches, and what it says when it holds.</summary>
/// <remarks>It means exactly what the PromQL means that it is exported as; see docs/monitoring/alerts.md.</remarks>
public sealed record AlertRuleSpec
{
    /// <summary>What is looked at.</summary>
    [Description("threshold: the last value; rate: the growth of a counter each second over the window; absence: that nothing came for the window; prediction: the value that the line through the window reaches after the time 'ahead'.")]
    public AlertRuleKind Kind { get; init; }

    /// <summary>The metric, as Prometheus writes it.</summary>
    [Description("The metric, such as node_filesystem_avail_bytes; docs/metrics.md lists them.")]
    public required string Metric { get; init; }

    /// <summary>Which series of the metric, as Prometheus and Alertmanager write matchers; all must hold.</summary>
    [Description("Which series of the metric: matchers such as route=\"chat\", status=~\"5..\" or queue!=\"default\". All must hold.")]
    public IReadOnlyList<string> Matchers { get; init; } = [];

    /// <summary>What the metric is divided by; null: nothing.</summary>
    [Description("What it is divided by: another metric, treated alike (rate, sum). Without 'by' each series goes with the one of the same labels.")]
    public AlertDivisor? DividedBy { get; init; }

    /// <summary>How several series become one; null: a sum when <see cref="By"/> names labels, else each series stands for itself.</summary>
    [Description("How several series become one. Left out: a sum when 'by' names labels, else each series stands for itself.")]
    public AlertAggregate? Aggregate { get; init; }

    /// <summary>The labels that remain when series are joined; of an absence, the labels whose every value is missed that was there in the last hour.</summary>
    [Description("The labels that remain when series are joined. Of an absence: each combination that was there in the last hour is missed for itself.")]
    public IReadOnlyList<string> By { get; init; } = [];

    /// <summary>How far is looked back; null: 5 minutes, of a prediction one hour.</summary>
    [Description("How far is looked back. Left out: 5m; of a prediction 1h. A threshold has none.")]
    public Duration? Window { get; init; }

    /// <summary>How far a prediction looks ahead.</summary>
    [Description("How far a prediction looks ahead.")]
    public Duration? Ahead { get; init; }

    /// <summary>How well a prediction's line must fit, as the share of the variance that it explains (R²), 0 to 1; null: 0.8.</summary>
    [Description("How well a prediction's line must fit: the share of the variance that it explains (R²). Left out: 0.8.")]
    [Range(0.0, 1.0)]
    public double? Confidence { get; init; }

    /// <summary>How the result is compared with <see cref="Value"/>; null for an absence only.</summary>
    [Description("How the result is compared with 'value'. Every kind but absence needs it.")]
    public AlertComparison? Compare { get; init; }

    /// <summary>What the result is compared with, in the unit of the metric; null for an absence only.</summary>
    [Description("What the result is compared with, in the unit of the metric.")]
    public double? Value { get; init; }

    /// <summary>How long it must hold before the alert fires.</summary>
    [Description("How long it must hold without a break before the alert fires.")]
    public Duration For { get; init; }

    /// <summary>How long the alert goes on firing once it holds no more; what flaps faster is one alert.</summary>
    [Description("How long the alert goes on firing once it holds no more, so that what flaps is one alert.")]
    public Duration KeepFiringFor { get; init; }

    /// <summary>How bad it is.</summary>
    [Description("How bad it is.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public AlertSeverity Severity { get; init; } = AlertSeverity.Warning;

    /// <summary>Labels that its alerts get besides those of the series.</summary>
    [Description("Labels that its alerts get besides those of the series.")]
    public IReadOnlyDictionary<string, string> Labels { get; init; } = Resource.EmptyLabels;

    /// <summary>What is wrong, in a sentence.</summary>
    [Description("What is wrong, in a sentence: {{ $labels.node }} and {{ $value }} stand for what is found; also {{ $value | humanize }}, humanize1024, humanizePercentage, humanizeDuration.")]
    public required string Summary { get; init; }

    /// <summary>What to do, in a sentence; the same words stand for what is found.</summary>
    [Description("What to do, in a sentence, with the same words.")]
    public string? Advice { get; init; }

    /// <summary>The URL of the page that tells more.</summary>
    [Description("The http or https URL of the page that tells more.")]
    public string? Runbook { get; init; }

    /// <summary>Whether it is kept but not looked at.</summary>
    [Description("true: the rule is kept, and not looked at.")]
    public bool Disabled { get; init; }
}

/// <summary>What a metric is divided by.</summary>
public sealed record AlertDivisor
{
    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Which of its series.</summary>
    public IReadOnlyList<string> Matchers { get; init; } = [];
}

/// <summary>What a rule looks at.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertRuleKind>))]
public enum AlertRuleKind
{
    /// <summary>The last value.</summary>
    [JsonStringEnumMemberName("threshold")]
    Threshold,

    /// <summary>The growth of a counter, per second.</summary>
    [JsonStringEnumMemberName("rate")]
    Rate,

    /// <summary>That nothing came.</summary>
    [JsonStringEnumMemberName("absence")]
    Absence,

    /// <summary>Where the value will be.</summary>
    [JsonStringEnumMemberName("prediction")]
    Prediction,
}

/// <summary>How series become one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertAggregate>))]
public enum AlertAggregate
{
    /// <summary>Their sum.</summary>
    [JsonStringEnumMemberName("sum")]
    Sum,

    /// <summary>Their mean.</summary>
    [JsonStringEnumMemberName("avg")]
    Avg,

    /// <summary>The least.</summary>
    [JsonStringEnumMemberName("min")]
    Min,

    /// <summary>The greatest.</summary>
    [JsonStringEnumMemberName("max")]
    Max,

    /// <summary>How many there are.</summary>
    [JsonStringEnumMemberName("count")]
    Count,
}

/// <summary>How a result is compared.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertComparison>))]
public enum AlertComparison
{
    /// <summary>Greater.</summary>
    [JsonStringEnumMemberName("above")]
    Above,

    /// <summary>Greater or equal.</summary>
    [JsonStringEnumMemberName("atLeast")]
    AtLeast,

    /// <summary>Less.</summary>
    [JsonStringEnumMemberName("below")]
    Below,

    /// <summary>Less or equal.</summary>
    [JsonStringEnumMemberName("atMost")]
    AtMost,

    /// <summary>Equal.</summary>
    [JsonStringEnumMemberName("equal")]
    Equal,

    /// <summary>Not equal.</summary>
    [JsonStringEnumMemberName("notEqual")]
    NotEqual,
}

/// <summary>How bad something is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertSeverity>))]
public enum AlertSeverity
{
    /// <summary>Good to know.</summary>
    [JsonStringEnumMemberName("info")]
    Info,

    /// <summary>Somebody should look in working hours.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>Somebody should look now.</summary>
    [JsonStringEnumMemberName("critical")]
    Critical,
}
