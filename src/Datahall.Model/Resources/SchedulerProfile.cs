using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>How work is ordered, placed and disturbed. Jobs and services name the profile that places them.</summary>
public sealed record SchedulerProfile : Resource
{
    /// <summary>The profile of work that names none. Its sections <c>order</c>, <c>fairness</c>, <c>backfill</c>, <c>preemption</c> and <c>rebalancing</c> hold for the whole installation.</summary>
    public const string Default = "default";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => ResourceKinds.SchedulerProfile;

    /// <summary>What is wanted.</summary>
    public SchedulerProfileSpec Spec { get; init; } = new();
}

/// <summary>How work is ordered, placed and disturbed.</summary>
public sealed record SchedulerProfileSpec
{
    /// <summary>The scores that choose a node, weighed together; empty: the installation's <c>--policy</c>.</summary>
    [Description("The scores that choose a node, each from 0 to 100, weighed and added. Empty: what 'datahall up --policy' says.")]
    public IReadOnlyList<ScoreWeight> Scores { get; init; } = [];

    /// <summary>Filters besides those that always hold.</summary>
    [Description("Filters besides those that always hold: keep-gpu-nodes (tasks without GPU stay off nodes with GPUs), data-local (only nodes that hold the task's data).")]
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>In which order the waiting work of one queue and one priority is placed; null: first come, first served. Only in the profile <c>default</c>.</summary>
    [Description("Only in the profile 'default'. The order of waiting work of one queue and one priority: fifo (the default), sjf, srtf, srsf, las, datahall.")]
    public string? Order { get; init; }

    /// <summary>How usage in the past counts. Only in the profile <c>default</c>.</summary>
    [Description("Only in the profile 'default'. How usage in the past counts between queues.")]
    public FairnessSpec? Fairness { get; init; }

    /// <summary>How blocked work is kept from starving. Only in the profile <c>default</c>.</summary>
    [Description("Only in the profile 'default'. How blocked work is kept from starving.")]
    public BackfillSpec? Backfill { get; init; }

    /// <summary>Whether running work makes room. Only in the profile <c>default</c>.</summary>
    [Description("Only in the profile 'default'. Whether running work makes room for waiting work.")]
    public PreemptionSpec? Preemption { get; init; }

    /// <summary>How free room is joined together. Only in the profile <c>default</c>.</summary>
    [Description("Only in the profile 'default'. How free room is joined together by moving movable work.")]
    public RebalancingSpec? Rebalancing { get; init; }

    /// <summary>When nodes sleep that are not needed. Only in the profile <c>default</c>.</summary>
    [Description("Only in the profile 'default'. When nodes that are not needed sleep. Left out: never.")]
    public SleepSpec? Sleep { get; init; }
}

/// <summary>A score and its weight.</summary>
public sealed record ScoreWeight
{
    /// <summary>The policy that scores.</summary>
    [Description("The policy that scores, such as best-fit, spread, fragmentation or topology.")]
    public required string Policy { get; init; }

    /// <summary>How much its score counts.</summary>
    [Description("How much its score counts.")]
    [Range(0.0, 1000.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Weight { get; init; } = 1;
}

/// <summary>How usage in the past counts between queues.</summary>
public sealed record FairnessSpec
{
    /// <summary>The time in which past usage comes to count half.</summary>
    [Description("The time in which past usage comes to count half.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration HalfLife { get; init; } = Duration.FromSeconds(86_400);

    /// <summary>How much past usage counts against what is held now, from 0 to 1.</summary>
    [Description("How much past usage counts against what is held now: 0 not at all, 1 alone.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Memory { get; init; } = 0.5;
}

/// <summary>How blocked work is kept from starving.</summary>
public sealed record BackfillSpec
{
    /// <summary>How many blocked gangs have a reservation at a time; 0 for none.</summary>
    [Description("How many blocked gangs at the head of the line have a reservation. 0: small work may pass big work for ever.")]
    [Range(0, 16)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Reservations { get; init; } = 1;
}

/// <summary>Whether running work makes room for waiting work.</summary>
public sealed record PreemptionSpec
{
    /// <summary>Whether work of higher priority stops work of lower priority in its own queue.</summary>
    [Description("Whether work stops work of lower priority in its own queue when there is no other room.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Priority { get; init; } = true;

    /// <summary>Whether a queue takes back what it is guaranteed.</summary>
    [Description("Whether work within its queue's guarantee stops work of queues above theirs.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Reclaim { get; init; } = true;

    /// <summary>Whether the profile's order stops running jobs for waiting ones of the same queue and priority that come clearly first.</summary>
    [Description("Whether a waiting job stops a running one of the same queue and priority when it comes clearly first in the profile's order (keys differ by 15 % or more). Nothing under fifo.")]
    public bool Order { get; init; }

    /// <summary>The time that every attempt runs before it may be stopped for others.</summary>
    [Description("The time that every attempt runs before it may be stopped for others; a job's own disruption.minRuntime may be longer.")]
    public Duration MinRuntime { get; init; }
}

/// <summary>When nodes sleep that are not needed.</summary>
public sealed record SleepSpec
{
    /// <summary>How long a node has no task before it sleeps; null: the break-even time of its type of server.</summary>
    [Description("How long a node has no task before it sleeps. Left out: the break-even time of its type of server, 15m where that is not known.")]
    public Duration? Idle { get; init; }

    /// <summary>How many nodes without a task stay awake.</summary>
    [Description("How many nodes without a task stay awake, for what comes next.")]
    [Range(0, 100_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Spare { get; init; } = 1;

    /// <summary>How many nodes are on their way to sleep or back at a time.</summary>
    [Description("How many nodes are on their way to sleep or back at a time: boots draw much power.")]
    [Range(1, 100_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int AtOnce { get; init; } = 2;

    /// <summary>How long waking may take before the node counts as lost.</summary>
    [Description("How long waking may take before the node counts as lost.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration WakeTimeout { get; init; } = Duration.FromSeconds(900);
}

/// <summary>How free room is joined together.</summary>
public sealed record RebalancingSpec
{
    /// <summary>How often moves are looked for; 0 for never.</summary>
    [Description("How often moves are looked for; 0 for never.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Interval { get; init; } = Duration.FromSeconds(60);

    /// <summary>What moves are to win.</summary>
    [Description("What moves are to win: joined free room, power of the whole site by its model, or both.")]
    public RebalancingGoal Goal { get; init; }

    /// <summary>The most moves each time.</summary>
    [Description("The most moves each time, for each goal.")]
    [Range(1, 1000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int MaxMoves { get; init; } = 4;
}

/// <summary>What moves of running work are to win.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RebalancingGoal>))]
public enum RebalancingGoal
{
    /// <summary>Free room that is joined together.</summary>
    [JsonStringEnumMemberName("room")]
    Room,

    /// <summary>Power of the whole site.</summary>
    [JsonStringEnumMemberName("energy")]
    Energy,

    /// <summary>Both, room first.</summary>
    [JsonStringEnumMemberName("both")]
    Both,
}
