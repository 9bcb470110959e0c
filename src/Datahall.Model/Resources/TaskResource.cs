using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>One running instance of a job's role or of a service; made by Datahall, never by a manifest.</summary>
/// <remarks>The kind is <c>Task</c>; the type's name keeps clear of the framework's.</remarks>
public sealed record TaskResource : Resource
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => ResourceKinds.Task;

    /// <summary>What is wanted.</summary>
    public required TaskSpec Spec { get; init; }

    /// <summary>What is.</summary>
    public required TaskStatus Status { get; init; }
}

/// <summary>What a task wants.</summary>
public sealed record TaskSpec
{
    /// <summary>The job that owns the task; null when a service does.</summary>
    public string? Job { get; init; }

    /// <summary>The role within the job.</summary>
    public string? Role { get; init; }

    /// <summary>The service that owns the task; null when a job does.</summary>
    public string? Service { get; init; }

    /// <summary>The version of the service.</summary>
    public int Version { get; init; }

    /// <summary>The number within the role or the version, from 0.</summary>
    public int Index { get; init; }

    /// <summary>The number within the job over all roles, from 0; for a replica the same as <see cref="Index"/>.</summary>
    public int Rank { get; init; }

    /// <summary>Tasks of one job with the same gang start together; null: the task starts for itself.</summary>
    public string? Gang { get; init; }

    /// <summary>Whether the task is above the least number of an elastic role: it comes and goes without its gang.</summary>
    public bool Extra { get; init; }

    /// <summary>The SchedulerProfile that places it.</summary>
    public string Profile { get; init; } = SchedulerProfile.Default;

    /// <summary>The queue the task is accounted to.</summary>
    public string Queue { get; init; } = Model.Queue.Default;

    /// <summary>Higher is placed first.</summary>
    public int Priority { get; init; }

    /// <summary>What it needs and runs.</summary>
    public required TaskTemplate Template { get; init; }

    /// <summary>How the agent tells that it is healthy.</summary>
    public HealthCheck? Health { get; init; }

    /// <summary>The owner.</summary>
    [JsonIgnore]
    public ResourceKey Owner => Job is not null ? new(ResourceKinds.Job, Job) : new(ResourceKinds.Service, Service ?? "");
}

/// <summary>What a task is.</summary>
public sealed record TaskStatus
{
    /// <summary>Where the task stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public TaskPhase Phase { get; init; }

    /// <summary>Why, in a word for programs, such as <c>Unschedulable</c> or <c>OutOfMemory</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Why, in a sentence for people; a pending task always has one.</summary>
    public string? Message { get; init; }

    /// <summary>Counts placements, from 1; 0 before the first.</summary>
    [Description("Counts placements, from 1.")]
    public int Attempt { get; init; }

    /// <summary>
    /// The revision in which the attempt was placed. It grows with every attempt of every task of this name, also of a job
    /// deleted and made again, so that an agent can tell an old attempt from a new one.
    /// </summary>
    public long Fence { get; init; }

    /// <summary>Where the attempt is; null while the task holds no node.</summary>
    public Placement? Placement { get; init; }

    /// <summary>Whether the agent finds it healthy.</summary>
    public bool Ready { get; init; }

    /// <summary>The process id on the node.</summary>
    public int? Pid { get; init; }

    /// <summary>The exit code of the last attempt that ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended the last attempt.</summary>
    public int? Signal { get; init; }

    /// <summary>Why the last attempt failed that was looked into; null when none did.</summary>
    [Description("Why the last attempt failed that was looked into.")]
    public TaskFailure? LastFailure { get; init; }

    /// <summary>Failed attempts in a row; a service's replica that stays healthy starts again from 0.</summary>
    public int Failures { get; init; }

    /// <summary>A pending task is not placed before this time (back-off).</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The gang for whose sake a stopping task is being stopped.</summary>
    public string? PreemptedBy { get; init; }

    /// <summary>When the attempt last saved its work, as its agent saw it.</summary>
    public DateTimeOffset? Checkpointed { get; init; }

    /// <summary>What becomes of a stopping task when it has stopped.</summary>
    public StopThen? Then { get; init; }

    /// <summary>What a stopping replica still waits for before it is told to stop; null: nothing.</summary>
    public TaskDrain? Drain { get; init; }

    /// <summary>When the phase was entered.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the attempt ran first.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long the attempts before this one ran, together.</summary>
    [Description("How long the attempts before this one ran, together.")]
    public Duration Ran { get; init; }

    /// <summary>When the last attempt ended.</summary>
    public DateTimeOffset? Finished { get; init; }
}

/// <summary>A replica to be stopped gets no new requests; those under way go on for a while.</summary>
public sealed record TaskDrain
{
    /// <summary>When it is told to stop at the latest.</summary>
    public DateTimeOffset Until { get; init; }

    /// <summary>Gateways that know this revision send it nothing any more.</summary>
    public long Revision { get; init; }
}

/// <summary>Where a task is.</summary>
public sealed record Placement
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>The devices' indexes on the node; one device with a share in <see cref="MilliPerDevice"/>, or whole ones.</summary>
    public IReadOnlyList<int> Devices { get; init; } = [];

    /// <summary>What is taken of each device, in thousandths.</summary>
    public int MilliPerDevice { get; init; }

    /// <summary>The devices' model; null without devices.</summary>
    public string? GpuModel { get; init; }

    /// <summary>The score that the node won with; what it means is the profile's.</summary>
    public long Score { get; init; }

    /// <summary>The node's address, for peers.</summary>
    public required string Address { get; init; }

    /// <summary>A TCP port on the node that is this attempt's own.</summary>
    public int Port { get; init; }
}

/// <summary>Where a task stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaskPhase>))]
public enum TaskPhase
{
    /// <summary>Waits for a place.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>Has a place; its agent has not answered yet.</summary>
    [JsonStringEnumMemberName("placed")]
    Placed,

    /// <summary>Its agent is starting it.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,

    /// <summary>Its process lives.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Its agent is stopping it; it still holds its place.</summary>
    [JsonStringEnumMemberName("stopping")]
    Stopping,

    /// <summary>Ended with exit code 0.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>Ended otherwise and is not started again.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Went away with its node and is not started again.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,
}

/// <summary>What becomes of a task that has stopped.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StopThen>))]
public enum StopThen
{
    /// <summary>It is forgotten: the replica is not wanted any more, or its owner is being deleted.</summary>
    [JsonStringEnumMemberName("remove")]
    Remove,

    /// <summary>It waits for a new place.</summary>
    [JsonStringEnumMemberName("requeue")]
    Requeue,

    /// <summary>It counts as failed: its job is ending.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,

    /// <summary>It counts as succeeded: a daemon whose job is done.</summary>
    [JsonStringEnumMemberName("succeed")]
    Succeed,
}
