using System.Text.Json.Serialization;
using Datahall.Model;

namespace Datahall.Control.Agents;

// The protocol between the core and an agent is level-triggered in both directions: each message says how things are, not
// what has changed, so a lost, doubled or late message does no harm. The core sends the whole set of tasks that a node
// should have; the agent sends the whole set of tasks that it has.

/// <summary>One attempt of a task: the task's name and the fence of the attempt.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Fence">The revision in which the attempt was placed; a higher one is a later attempt.</param>
public readonly record struct AttemptKey(string Task, long Fence)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Task}@{Fence}";
}

/// <summary>An agent presents itself; the answer is a <see cref="RegistrationAnswer"/>.</summary>
public sealed record Registration
{
    /// <summary>The node's name.</summary>
    public required string Node { get; init; }

    /// <summary>New with each start of the agent; a later session of the same node ends an earlier one.</summary>
    public required string Session { get; init; }

    /// <summary>The store that the agent's tasks come from; null when it never had one.</summary>
    public string? StoreIdentity { get; init; }

    /// <summary>What the node has.</summary>
    public required NodeCapacity Capacity { get; init; }

    /// <summary>Labels that the agent finds or was given; those of a manifest win.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Where peers reach the node's tasks.</summary>
    public required string Address { get; init; }

    /// <summary>The agent's version and platform.</summary>
    public string? Agent { get; init; }

    /// <summary>What the agent enforces of tasks' limits, in words.</summary>
    public string? Limits { get; init; }

    /// <summary>Whether the agent may put its machine to sleep.</summary>
    public bool CanSleep { get; init; }

    /// <summary>The addresses of the machine's network cards, for waking it.</summary>
    public IReadOnlyList<string> Macs { get; init; } = [];

    /// <summary>Between which limits the agent can hold the node's devices; null: it may not, or there is none.</summary>
    public CapRange? CapRange { get; init; }
}

/// <summary>What the core says to a registration.</summary>
/// <param name="StoreIdentity">The store whose orders the agent takes from now on.</param>
/// <param name="Heartbeat">How often the agent reports.</param>
public sealed record RegistrationAnswer(string StoreIdentity, Duration Heartbeat);

/// <summary>An agent's report: its heartbeat, and the tasks it has.</summary>
public sealed record NodeReport
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>The agent's session.</summary>
    public required string Session { get; init; }

    /// <summary>Counts the reports of a session; an older one that comes late is dropped.</summary>
    public long Sequence { get; init; }

    /// <summary>The life of the control plane that the agent last heard of; 0 before the first answer.</summary>
    public long Epoch { get; init; }

    /// <summary>The revision of the <see cref="DesiredTasks"/> that <see cref="Tasks"/> answers to; 0 before the first.</summary>
    public long AppliedRevision { get; init; }

    /// <summary>Every attempt the agent has, ended ones too until they are no longer desired; null: as in the last report that was acknowledged.</summary>
    public IReadOnlyList<AttemptReport>? Tasks { get; init; }

    /// <summary>How the node's power cap stands; null: nothing to say, as before the first order.</summary>
    public PowerCapStatus? PowerCap { get; init; }
}

/// <summary>How one attempt stands on its node.</summary>
public sealed record AttemptReport
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>The attempt's fence.</summary>
    public long Fence { get; init; }

    /// <summary>Where it stands.</summary>
    public AttemptState State { get; init; }

    /// <summary>Whether it is healthy.</summary>
    public bool Ready { get; init; }

    /// <summary>The process id.</summary>
    public int? Pid { get; init; }

    /// <summary>When it last saved its work: the newest change of what <see cref="DesiredTask.CheckpointPath"/> names; null when there is none.</summary>
    public DateTimeOffset? Checkpointed { get; init; }

    /// <summary>The exit code, when it exited by itself.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended it.</summary>
    public int? Signal { get; init; }

    /// <summary>Why it ended, in a word: <c>OutOfMemory</c>, <c>Unhealthy</c>, <c>StartFailed</c>, <c>Vanished</c>; null for its own exit.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it ended, in a sentence.</summary>
    public string? Message { get; init; }
}

/// <summary>Where an attempt stands on its node.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttemptState>))]
public enum AttemptState
{
    /// <summary>Being started.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,

    /// <summary>Its process lives.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Told to stop; its process lives.</summary>
    [JsonStringEnumMemberName("stopping")]
    Stopping,

    /// <summary>Nothing of it lives.</summary>
    [JsonStringEnumMemberName("ended")]
    Ended,
}

/// <summary>What the core says to a report.</summary>
/// <param name="Sequence">The sequence of the report that was taken.</param>
/// <param name="Known">Whether the core knows the session; if not, the agent registers again.</param>
/// <param name="Epoch">
/// The life of the control plane that answers: another one each time it starts. It does not know in which order reports made before it
/// started were sent, so it takes up only those that name its epoch; the agent says everything anew when it hears of a new one.
/// </param>
public sealed record ReportAnswer(long Sequence, bool Known, long Epoch = 0);

/// <summary>Every task that a node should have; the agent starts what is missing and stops what is not named.</summary>
public sealed record DesiredTasks
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>The session that the orders are for.</summary>
    public required string Session { get; init; }

    /// <summary>The store's revision the set was made at; an agent drops a set that is older than its last.</summary>
    public long Revision { get; init; }

    /// <summary>The tasks, by name.</summary>
    public IReadOnlyList<DesiredTask> Tasks { get; init; } = [];

    /// <summary>Whether the agent is to put its machine to sleep: it asks by a goodbye first, and does it only when that was taken.</summary>
    public bool Sleep { get; init; }

    /// <summary>What the node's devices may draw together; null: as much as they did before there was a cap.</summary>
    public Watts? PowerCap { get; init; }
}

/// <summary>One task that a node should have.</summary>
public sealed record DesiredTask
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>The attempt's fence.</summary>
    public long Fence { get; init; }

    /// <summary>What to do.</summary>
    public DesiredAction Action { get; init; }

    /// <summary>What to run.</summary>
    public required TaskTemplate Template { get; init; }

    /// <summary>How to check its health; null: it is ready while it lives.</summary>
    public HealthCheck? Health { get; init; }

    /// <summary>The device indexes the task may use.</summary>
    public IReadOnlyList<int> Devices { get; init; } = [];

    /// <summary>What Datahall adds to the environment: rank, peers, port and so on.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>The file or directory whose changes are the attempt's checkpoints, relative to its working directory or absolute; null: none is watched.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>
    /// The addresses of the members of an elastic job that have a place now, by rank; changes while the attempt runs, and the agent then
    /// rewrites the file that the attempt's <c>DATAHALL_MEMBERS_FILE</c> names. Null: the job is not elastic, and there is no such file.
    /// </summary>
    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>The port that is the attempt's own.</summary>
    public int Port { get; init; }
}

/// <summary>What an agent does about a task.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DesiredAction>))]
public enum DesiredAction
{
    /// <summary>Start the attempt unless it was started already.</summary>
    [JsonStringEnumMemberName("start")]
    Start,

    /// <summary>Keep the attempt; when it is not there, report it ended with the reason <c>Vanished</c> and do not start it again.</summary>
    [JsonStringEnumMemberName("keep")]
    Keep,

    /// <summary>Stop the attempt, and report it ended.</summary>
    [JsonStringEnumMemberName("stop")]
    Stop,
}
