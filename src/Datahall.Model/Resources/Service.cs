using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>Work that stays.</summary>
public sealed record Service : Resource
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => ResourceKinds.Service;

    /// <summary>What is wanted.</summary>
    public required ServiceSpec Spec { get; init; }

    /// <summary>What is; null in a manifest.</summary>
    public ServiceStatus? Status { get; init; }
}

/// <summary>What a service wants.</summary>
public sealed record ServiceSpec : TaskTemplate
{
    /// <summary>The queue the service is accounted to.</summary>
    [Description("The queue the service is accounted to.")]
    public string Queue { get; init; } = Model.Queue.Default;

    /// <summary>Higher is placed first.</summary>
    [Description("Higher is placed first.")]
    [Range(-1000, 1000)]
    public int Priority { get; init; }

    /// <summary>The SchedulerProfile that places its replicas.</summary>
    [Description("The SchedulerProfile that places its replicas.")]
    public string Profile { get; init; } = SchedulerProfile.Default;

    /// <summary>How the replicas may be disturbed.</summary>
    [Description("How the replicas may be disturbed for the sake of others.")]
    public DisruptionSpec Disruption { get; init; } = new();

    /// <summary>How many replicas.</summary>
    [Description("How many replicas; 0 stops the service and keeps it. With 'autoscale' only the first number.")]
    [Range(0, 100_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Replicas { get; init; } = 1;

    /// <summary>How the number of replicas follows the load; null: it does not.</summary>
    [Description("How the number of replicas follows the load; left out: there are always 'replicas'.")]
    public AutoscaleSpec? Autoscale { get; init; }

    /// <summary>How the agent tells that a replica can take traffic.</summary>
    [Description("How the agent tells that a replica can take traffic; by default a replica is ready while its process lives.")]
    public HealthCheck? Health { get; init; }

    /// <summary>Which requests reach it through the gateways; null: none.</summary>
    [Description("Which requests reach it through the gateways, and how they are treated; left out: none.")]
    public RouteSpec? Route { get; init; }

    /// <summary>Where its replicas tell metrics; null: they tell none.</summary>
    [Description("Where each replica tells metrics; Prometheus finds them through the server. Left out: nowhere.")]
    public ServiceMetrics? Metrics { get; init; }

    /// <summary>How a new version replaces the old one.</summary>
    [Description("How a new version replaces the old one.")]
    public RolloutSpec Rollout { get; init; } = new();

    /// <summary>The wait before a failed replica starts again.</summary>
    [Description("The wait before a failed replica starts again; it doubles with each failure in a row.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Backoff { get; init; } = Duration.FromSeconds(1);

    /// <summary>The longest wait before a failed replica starts again.</summary>
    [Description("The longest wait before a failed replica starts again.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration MaxBackoff { get; init; } = Duration.FromSeconds(60);
}

/// <summary>Where the replicas of a service tell metrics.</summary>
public sealed record ServiceMetrics
{
    /// <summary>The TCP port; null: the replica's <c>PORT</c>.</summary>
    [Description("The TCP port, for replicas that use one of their own. Left out: the replica's PORT.")]
    [Range(1, 65_535)]
    public int? Port { get; init; }

    /// <summary>The path.</summary>
    [Description("The path of the metrics.")]
    public string Path { get; init; } = "/metrics";
}

/// <summary>What a service is.</summary>
public sealed record ServiceStatus
{
    /// <summary>Where the service stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ServicePhase Phase { get; init; }

    /// <summary>Why, in a sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>The version that new replicas get.</summary>
    public required ServiceVersion Target { get; init; }

    /// <summary>The last version that was wholly healthy, to which a failed rollout returns; null before the first.</summary>
    public ServiceVersion? Stable { get; init; }

    /// <summary>The version that was rolled back, because it did not become healthy, was judged bad or was aborted; it is not tried again until the spec says something else.</summary>
    public ServiceVersion? Rejected { get; init; }

    /// <summary>The generation of the spec that <see cref="Target"/> was made from, or that was rolled back.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>The highest version number given so far.</summary>
    public int LastVersion { get; init; }

    /// <summary>How far the rollout in progress is; null when there is none.</summary>
    public RolloutStatus? Rollout { get; init; }

    /// <summary>What each version gets of the requests; one that is not there gets none, and the weights without shadows add up to 100. Empty: all replicas that are ready get requests alike.</summary>
    public IReadOnlyList<TrafficShare> Split { get; init; } = [];

    /// <summary>When the rollout in progress fails unless another replica becomes healthy; null when none is in progress.</summary>
    public DateTimeOffset? ProgressDeadline { get; init; }

    /// <summary>The most replicas of the target version that were healthy at once in the rollout in progress.</summary>
    public int Progress { get; init; }

    /// <summary>The last replica that was replaced because of what gateways saw; null: none was.</summary>
    public ReplacementStatus? Replacement { get; init; }

    /// <summary>How many replicas its load asks for; null while that is not decided, or it is not autoscaled.</summary>
    public ScalingStatus? Scaling { get; init; }

    /// <summary>How many replicas are in which phase.</summary>
    public TaskCounts Tasks { get; init; }

    /// <summary>What energy the service used so far; null before anything was counted.</summary>
    public EnergyUse? Energy { get; init; }
}

/// <summary>Replicas that were replaced because of what gateways saw.</summary>
public sealed record ReplacementStatus
{
    /// <summary>When the last one was.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How many were in a row, with at most half an hour between two; the wait for the next one doubles with each.</summary>
    public int Count { get; init; }
}

/// <summary>Where a service stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServicePhase>))]
public enum ServicePhase
{
    /// <summary>Its first version has not been wholly healthy yet.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,

    /// <summary>As many replicas as wanted are healthy.</summary>
    [JsonStringEnumMemberName("healthy")]
    Healthy,

    /// <summary>Fewer replicas than wanted are healthy.</summary>
    [JsonStringEnumMemberName("degraded")]
    Degraded,

    /// <summary>A new version is replacing the old one.</summary>
    [JsonStringEnumMemberName("rolling")]
    Rolling,

    /// <summary>A new version did not become healthy; the old one is coming back.</summary>
    [JsonStringEnumMemberName("rollingBack")]
    RollingBack,

    /// <summary>It is being deleted.</summary>
    [JsonStringEnumMemberName("stopping")]
    Stopping,
}

/// <summary>One version of a service's template.</summary>
public sealed record ServiceVersion
{
    /// <summary>The number, from 1; part of the replicas' names.</summary>
    public int Number { get; init; }

    /// <summary>What its replicas run.</summary>
    public required TaskTemplate Template { get; init; }

    /// <summary>How its replicas are checked.</summary>
    public HealthCheck? Health { get; init; }
}
