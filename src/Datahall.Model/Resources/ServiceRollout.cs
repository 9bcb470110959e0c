using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>How a new version replaces the old one.</summary>
public sealed record RolloutSpec
{
    /// <summary>How requests and replicas pass to a new version.</summary>
    [Description("How requests and replicas pass to a new version: rolling (replica by replica), canary (a share of the requests that grows in steps), blueGreen (a whole new set, then all requests at once), shadow (copies of requests, whose answers are dropped, then replica by replica).")]
    public RolloutStrategy Strategy { get; init; }

    /// <summary>What a new version goes through before it takes over; canary and shadow need some, blueGreen may have one.</summary>
    [Description("What a new version goes through before it takes over: canary and shadow need at least one step, blueGreen may have one before its switch.")]
    public IReadOnlyList<RolloutStep> Steps { get; init; } = [];

    /// <summary>How a new version is judged by its traffic; null: it is not.</summary>
    [Description("How a new version is judged by its traffic against the old one; left out: it is not, and goes on when its time is up.")]
    public RolloutAnalysis? Analysis { get; init; }

    /// <summary>blueGreen: how long the old version stays after the switch.</summary>
    [Description("blueGreen: how long the old version's replicas stay after the switch, for an instant way back.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration KeepOld { get; init; } = Duration.FromSeconds(300);

    /// <summary>How many replicas there may be above the wanted number.</summary>
    [Description("How many replicas there may be above the wanted number while a new version comes; a blueGreen set and shadows come on top.")]
    [Range(0, 100_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int MaxSurge { get; init; } = 1;

    /// <summary>How many replicas may be missing.</summary>
    [Description("How many replicas may be missing while a new version comes.")]
    [Range(0, 100_000)]
    public int MaxUnavailable { get; init; }

    /// <summary>The time a new version has to make one more replica healthy before it is rolled back.</summary>
    [Description("The time a new version has to make one more replica healthy before it is rolled back.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration ProgressDeadline { get; init; } = Duration.FromSeconds(120);
}

/// <summary>How requests and replicas pass to a new version.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RolloutStrategy>))]
public enum RolloutStrategy
{
    /// <summary>Replica by replica; all that are ready get requests alike.</summary>
    [JsonStringEnumMemberName("rolling")]
    Rolling,

    /// <summary>A share of the requests that grows in steps, with a share of the replicas to match.</summary>
    [JsonStringEnumMemberName("canary")]
    Canary,

    /// <summary>A whole new set beside the old one, then all requests at once.</summary>
    [JsonStringEnumMemberName("blueGreen")]
    BlueGreen,

    /// <summary>The new version gets copies of requests, whose answers are dropped; then it replaces the old one replica by replica.</summary>
    [JsonStringEnumMemberName("shadow")]
    Shadow,
}

/// <summary>One step of a new version's way: for a time, or until somebody promotes it.</summary>
public sealed record RolloutStep
{
    /// <summary>The share of the requests that the new version gets (canary), or gets copies of (shadow), in per cent.</summary>
    [Description("canary: the share of the requests that the new version gets, in per cent; shadow: the share that it gets copies of; blueGreen: left out.")]
    [Range(0, 100)]
    public int Weight { get; init; }

    /// <summary>How long the step lasts once its replicas are ready; 0 with <see cref="Pause"/>.</summary>
    [Description("How long the step lasts at least, from when its replicas are ready.")]
    public Duration Hold { get; init; }

    /// <summary>Whether the step lasts until somebody promotes the version.</summary>
    [Description("true: the step lasts until 'datahall rollout promote'.")]
    public bool Pause { get; init; }
}

/// <summary>How a new version is judged by what gateways see of it. A limit that is left out does not count; at least one is there.</summary>
public sealed record RolloutAnalysis
{
    /// <summary>The largest share of failed answers, 0 to 1.</summary>
    [Description("The largest share of the new version's answers that may fail (5xx, time-outs, broken connections), 0 to 1.")]
    [Range(0.0, 1.0)]
    public double? MaxErrorRate { get; init; }

    /// <summary>How far the share of failed answers may be above the old version's, 0 to 1.</summary>
    [Description("How far the new version's share of failed answers may be above the old one's, 0 to 1.")]
    [Range(0.0, 1.0)]
    public double? MaxErrorIncrease { get; init; }

    /// <summary>How many times the old version's latency the new one's may be, at <see cref="Quantile"/>.</summary>
    [Description("How many times the old version's latency the new one's may be, at 'quantile'. Latencies are told apart in steps of 19 %.")]
    [Range(1.0, 1000.0)]
    public double? MaxLatencyRatio { get; init; }

    /// <summary>The quantile at which latencies are compared.</summary>
    [Description("The quantile at which latencies are compared, 0.5 to 0.999.")]
    [Range(0.5, 0.999)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Quantile { get; init; } = 0.99;

    /// <summary>How many answers a version must have given before it is judged.</summary>
    [Description("How many answers of a version it takes to judge it.")]
    [Range(1, 1_000_000_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int MinRequests { get; init; } = 100;

    /// <summary>The time between two looks.</summary>
    [Description("The time between two looks at the traffic.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Interval { get; init; } = Duration.FromSeconds(30);

    /// <summary>How long after its hold a step waits for enough answers, and then goes on unjudged; null: without end.</summary>
    [Description("How long a step waits for enough answers after its time is up; then it goes on without having been judged. Left out: without end.")]
    public Duration? Patience { get; init; }
}

/// <summary>How far a rollout is.</summary>
public sealed record RolloutStatus
{
    /// <summary>The strategy that it goes by.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public RolloutStrategy Strategy { get; init; }

    /// <summary>What is being done.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public RolloutStage Stage { get; init; }

    /// <summary>The step, from 1, of <see cref="Steps"/>; 0 when there are none.</summary>
    public int Step { get; init; }

    /// <summary>How many steps there are.</summary>
    public int Steps { get; init; }

    /// <summary>When the rollout began.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>Since when the step is in force; null: its replicas are not ready yet.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the traffic is looked at next, or the step is over; null: nothing but its replicas or a person moves it.</summary>
    public DateTimeOffset? CheckAt { get; init; }
}

/// <summary>What a rollout is doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RolloutStage>))]
public enum RolloutStage
{
    /// <summary>The new version goes through its steps beside the old one.</summary>
    [JsonStringEnumMemberName("stepping")]
    Stepping,

    /// <summary>The new version replaces the old one's replicas.</summary>
    [JsonStringEnumMemberName("finishing")]
    Finishing,
}

/// <summary>What a version gets of a service's requests.</summary>
public sealed record TrafficShare
{
    /// <summary>The version's number.</summary>
    public int Version { get; init; }

    /// <summary>The share of the requests, or with <see cref="Shadow"/> of the copies, in per cent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Weight { get; init; }

    /// <summary>Whether it gets copies, whose answers are dropped.</summary>
    public bool Shadow { get; init; }
}
