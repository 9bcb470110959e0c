using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>Work that ends.</summary>
public sealed record Job : Resource
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => ResourceKinds.Job;

    /// <summary>What is wanted.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>What is; null in a manifest.</summary>
    public JobStatus? Status { get; init; }
}

/// <summary>What a job wants.</summary>
public sealed record JobSpec
{
    /// <summary>The queue the job is accounted to.</summary>
    [Description("The queue the job is accounted to.")]
    public string Queue { get; init; } = Model.Queue.Default;

    /// <summary>Higher is placed first.</summary>
    [Description("Higher is placed first.")]
    [Range(-1000, 1000)]
    public int Priority { get; init; }

    /// <summary>The SchedulerProfile that places its tasks.</summary>
    [Description("The SchedulerProfile that places its tasks.")]
    public string Profile { get; init; } = SchedulerProfile.Default;

    /// <summary>How long the job is expected to run; null: predicted from the runs of jobs like it.</summary>
    [Description("How long the job is expected to run once it has its places: work that ends in time may go ahead of a reservation. By default it is predicted from the runs of jobs like it. Nothing happens to a job that runs longer.")]
    public Duration? Duration { get; init; }

    /// <summary>The roles; names are unique within the job.</summary>
    [Description("The roles, such as ps and worker; names are unique within the job.")]
    public required IReadOnlyList<RoleSpec> Roles { get; init; }

    /// <summary>Which tasks start together or not at all, and are restarted together.</summary>
    [Description("Which tasks start together or not at all, and restart together.")]
    public GangMode Gang { get; init; } = GangMode.All;

    /// <summary>What happens to a task that fails.</summary>
    [Description("What happens when a task fails.")]
    public RestartSpec Restart { get; init; } = new();

    /// <summary>Where the job saves its work; null when it does not.</summary>
    [Description("Where the job saves its work. What it would lose is counted from its last checkpoint when a victim is looked for.")]
    public CheckpointSpec? Checkpoint { get; init; }

    /// <summary>How the job may be disturbed.</summary>
    [Description("How the job may be disturbed for the sake of others.")]
    public DisruptionSpec Disruption { get; init; } = new();

    /// <summary>The time from submission after which the job is stopped and failed; null for none.</summary>
    [Description("The time from submission after which the job is stopped and failed.")]
    public Duration? Deadline { get; init; }

    /// <summary>How long the job may wait for cheaper or cleaner energy; null: it starts as soon as there is room.</summary>
    [Description("How long the job may wait for cheaper or cleaner energy, by the tariff and the carbon curve of its Site. Left out: it starts as soon as there is room.")]
    public FlexibleSpec? Flexible { get; init; }

    /// <summary>How long the finished job is kept; null for ever.</summary>
    [Description("How long the finished job is kept before it is deleted.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration? Keep { get; init; } = new(7 * 86_400_000L);
}

/// <summary>A part of a job: tasks that do the same.</summary>
public sealed record RoleSpec : TaskTemplate
{
    /// <summary>The name, unique within the job.</summary>
    [Description("Unique within the job.")]
    public required string Name { get; init; }

    /// <summary>How many tasks: a number, or a range within which an elastic role grows and shrinks.</summary>
    [Description("How many tasks: 4, or {min: 2, max: 8} for an elastic role, which starts with min and grows and shrinks with what is free.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ReplicaRange Replicas { get; init; } = 1;

    /// <summary>Whether the role never ends by itself and is stopped once every other role has succeeded (a parameter server).</summary>
    [Description("The role does not end by itself: its tasks are stopped once every other role has succeeded (parameter servers).")]
    public bool Daemon { get; init; }
}

/// <summary>How long a job may wait for cheaper or cleaner energy.</summary>
public sealed record FlexibleSpec
{
    /// <summary>The longest wait from submission.</summary>
    [Description("The longest wait from submission, such as 8h. A deadline wins over it.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Duration Within { get; init; }

    /// <summary>What is to be low while the job runs.</summary>
    [Description("What is to be low while the job runs: cost (the default), carbon, or both, each against its mean.")]
    public EnergyPreference Prefer { get; init; }

    /// <summary>Whether the job may be suspended while energy is dear. Needs a checkpoint and a duration.</summary>
    [Description("The job may also be stopped while energy is dear and go on later from its last checkpoint. Needs spec.checkpoint and spec.duration.")]
    public bool Interruptible { get; init; }

    /// <summary>The site whose energy counts; null: the only one.</summary>
    [Description("The Site whose tariff and carbon curve count. May be left out when there is only one.")]
    public string? Site { get; init; }
}

/// <summary>What is to be low while a flexible job runs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EnergyPreference>))]
public enum EnergyPreference
{
    /// <summary>The price of its energy.</summary>
    [JsonStringEnumMemberName("cost")]
    Cost,

    /// <summary>The emissions of its energy.</summary>
    [JsonStringEnumMemberName("carbon")]
    Carbon,

    /// <summary>Both, each against its mean.</summary>
    [JsonStringEnumMemberName("both")]
    Both,
}

/// <summary>Where a job saves its work.</summary>
public sealed record CheckpointSpec
{
    /// <summary>The file or directory on the node that each checkpoint changes.</summary>
    [Description("The file or directory that each checkpoint writes to, on the node of the first task; its time of change is the checkpoint's. A relative path is below the task's working directory.")]
    public required string Path { get; init; }

    /// <summary>How often the job means to save.</summary>
    [Description("How often the job means to save; told to its tasks as DATAHALL_CHECKPOINT_INTERVAL, in seconds.")]
    public Duration? Interval { get; init; }
}

/// <summary>Which tasks of a job start together or not at all.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GangMode>))]
public enum GangMode
{
    /// <summary>Every task of the job.</summary>
    [JsonStringEnumMemberName("all")]
    All,

    /// <summary>Every task of one role.</summary>
    [JsonStringEnumMemberName("role")]
    Role,

    /// <summary>Each task for itself.</summary>
    [JsonStringEnumMemberName("none")]
    None,
}

/// <summary>What happens when a task fails.</summary>
public sealed record RestartSpec
{
    /// <summary>When to start again.</summary>
    [Description("When to start again.")]
    public RestartPolicy Policy { get; init; } = RestartPolicy.OnFailure;

    /// <summary>How many restarts the job has; tasks lost with their node do not count.</summary>
    [Description("How many restarts a gang has before the job fails. Tasks lost with their node do not count.")]
    [Range(0, 100_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Limit { get; init; } = 3;

    /// <summary>The wait before the first restart; it doubles with each.</summary>
    [Description("The wait before the first restart; it doubles with each one.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Backoff { get; init; } = Duration.FromSeconds(1);

    /// <summary>The longest wait before a restart.</summary>
    [Description("The longest wait before a restart.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration MaxBackoff { get; init; } = Duration.FromSeconds(300);
}

/// <summary>When a task is started again.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RestartPolicy>))]
public enum RestartPolicy
{
    /// <summary>When it failed, or was lost with its node.</summary>
    [JsonStringEnumMemberName("onFailure")]
    OnFailure,

    /// <summary>Never: one failure, or a lost node, fails the job.</summary>
    [JsonStringEnumMemberName("never")]
    Never,
}

/// <summary>What a job is.</summary>
public sealed record JobStatus
{
    /// <summary>Where the job stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JobPhase Phase { get; init; }

    /// <summary>Why, in a word for programs, such as <c>DeadlineExceeded</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Why, in a sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>When the first task ran.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When the job last saved its work, as an agent saw it.</summary>
    public DateTimeOffset? Checkpointed { get; init; }

    /// <summary>When the last task ended.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>Restarts so far, those after a lost node not counted.</summary>
    public int Restarts { get; init; }

    /// <summary>How often work of it was stopped to make room for other work.</summary>
    public int Preemptions { get; init; }

    /// <summary>A flexible job does not start, or go on, before this time; null: not decided yet, or it is not flexible.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When it is looked at again whether an interruptible job goes on; null: it runs to its end.</summary>
    public DateTimeOffset? PauseAt { get; init; }

    /// <summary>What happens once the job's tasks have stopped; null while it is not being stopped.</summary>
    public JobEnd? Stopping { get; init; }

    /// <summary>How many tasks are in which phase.</summary>
    public TaskCounts Tasks { get; init; }

    /// <summary>What energy the job used so far; null before anything was counted.</summary>
    public EnergyUse? Energy { get; init; }
}

/// <summary>Where a job stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobPhase>))]
public enum JobPhase
{
    /// <summary>No task runs yet.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>At least one task was started.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Its tasks are being stopped.</summary>
    [JsonStringEnumMemberName("stopping")]
    Stopping,

    /// <summary>Every task succeeded.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>A task failed for good, or the deadline passed.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Somebody cancelled it.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}

/// <summary>What becomes of a job whose tasks have stopped.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobEnd>))]
public enum JobEnd
{
    /// <summary>It succeeded; only daemons were still running.</summary>
    [JsonStringEnumMemberName("succeed")]
    Succeed,

    /// <summary>It failed.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,

    /// <summary>It was cancelled and is kept.</summary>
    [JsonStringEnumMemberName("cancel")]
    Cancel,

    /// <summary>It is deleted.</summary>
    [JsonStringEnumMemberName("delete")]
    Delete,
}

/// <summary>How many of an owner's tasks are in which phase.</summary>
/// <param name="Pending">Waiting for a place.</param>
/// <param name="Running">Placed, starting or running.</param>
/// <param name="Ready">Running and healthy.</param>
/// <param name="Stopping">Being stopped.</param>
/// <param name="Succeeded">Ended with exit code 0.</param>
/// <param name="Failed">Ended otherwise, or lost.</param>
public readonly record struct TaskCounts(int Pending, int Running, int Ready, int Stopping, int Succeeded, int Failed);
