using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>A server.</summary>
public sealed record Node : Resource
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => ResourceKinds.Node;

    /// <summary>What is wanted.</summary>
    public NodeSpec Spec { get; init; } = new();

    /// <summary>What is; null in a manifest.</summary>
    public NodeStatus? Status { get; init; }

    /// <summary>What its devices may draw: the lower of the cap by hand and the automatic one; null: no cap.</summary>
    public Watts? OrderedCap() => (Spec.PowerCap, Status?.AutomaticCap?.Watts) switch
    {
        ({ } hand, { } guard) => hand.Value <= guard.Value ? hand : guard,
        var (hand, guard) => hand ?? guard,
    };
}

/// <summary>What is wanted of a node.</summary>
public sealed record NodeSpec
{
    /// <summary>Whether the node takes new tasks and keeps those it has.</summary>
    [Description("open takes tasks; cordoned takes no new ones; draining moves its tasks away.")]
    public NodeMode Mode { get; init; }

    /// <summary>Whether the node is awake.</summary>
    [Description("auto: awake, unless the profile 'default' has a sleep policy and the node is not needed; awake: always; asleep: its tasks are moved away and it sleeps.")]
    public PowerMode Power { get; init; }

    /// <summary>What its processors and accelerators may draw together; null: no cap by hand.</summary>
    [Description("What its processors and accelerators may draw together, such as 400W; its agent needs --allow-power-caps. Left out: no cap by hand.")]
    public Watts? PowerCap { get; init; }

    /// <summary>Marks that keep tasks away unless they tolerate them.</summary>
    [Description("Marks that keep tasks away unless they tolerate them.")]
    public IReadOnlyList<Taint> Taints { get; init; } = [];

    /// <summary>Names of artifacts that lie on the node.</summary>
    [Description("Names of the artifacts that lie on the node, for tasks that read them.")]
    public IReadOnlyList<string> Artifacts { get; init; } = [];

    /// <summary>What else on the node tells metrics, for Prometheus to find.</summary>
    [Description("What else on the node tells metrics, such as node_exporter on port 9100; Prometheus finds it through the server.")]
    public IReadOnlyList<NodeExporter> Exporters { get; init; } = [];

    /// <summary>Where the node stands.</summary>
    [Description("Where the node stands; the hall and the rack must be in a Site.")]
    public NodeLocation? Location { get; init; }
}

/// <summary>Whether a node takes tasks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodeMode>))]
public enum NodeMode
{
    /// <summary>Takes tasks.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>Takes no new tasks and keeps those it has.</summary>
    [JsonStringEnumMemberName("cordoned")]
    Cordoned,

    /// <summary>Takes no new tasks; those it has are moved away.</summary>
    [JsonStringEnumMemberName("draining")]
    Draining,
}

/// <summary>Whether a node is wanted awake.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PowerMode>))]
public enum PowerMode
{
    /// <summary>As the sleep policy decides; awake when there is none.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>Awake, whatever the policy says.</summary>
    [JsonStringEnumMemberName("awake")]
    Awake,

    /// <summary>Asleep.</summary>
    [JsonStringEnumMemberName("asleep")]
    Asleep,
}

/// <summary>What is known of a node's power. Nothing is ever switched from <see cref="Unknown"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PowerState>))]
public enum PowerState
{
    /// <summary>Its agent answers, or did not say that it goes to sleep.</summary>
    [JsonStringEnumMemberName("awake")]
    Awake,

    /// <summary>Its agent was told to put it to sleep; or it said goodbye for that, and the silence after it is not long enough yet.</summary>
    [JsonStringEnumMemberName("fallingAsleep")]
    FallingAsleep,

    /// <summary>Confirmed twice: by its agent's goodbye, and by silence since.</summary>
    [JsonStringEnumMemberName("asleep")]
    Asleep,

    /// <summary>It is being woken; its agent has not registered yet.</summary>
    [JsonStringEnumMemberName("waking")]
    Waking,

    /// <summary>It was lost, or did not wake in time.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>A mark that keeps tasks away unless they tolerate it.</summary>
public sealed record Taint
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The value.</summary>
    public string Value { get; init; } = "";
}

/// <summary>A program on a node that tells metrics over HTTP.</summary>
public sealed record NodeExporter
{
    /// <summary>What it is; the label <c>job</c> of its metrics.</summary>
    [Description("What it is, such as node or dcgm: the label 'job' of its metrics.")]
    public required string Name { get; init; }

    /// <summary>Its TCP port on the node's address.</summary>
    [Description("Its TCP port on the node's address.")]
    [Range(1, 65_535)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int Port { get; init; }

    /// <summary>Where it tells them.</summary>
    [Description("The path of its metrics.")]
    public string Path { get; init; } = "/metrics";
}

/// <summary>Where a node stands.</summary>
public sealed record NodeLocation
{
    /// <summary>The site; may be left out when there is only one.</summary>
    public string? Site { get; init; }

    /// <summary>The hall.</summary>
    public required string Hall { get; init; }

    /// <summary>The rack.</summary>
    public required string Rack { get; init; }
}

/// <summary>What a node is.</summary>
public sealed record NodeStatus
{
    /// <summary>Where the node stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public NodePhase Phase { get; init; }

    /// <summary>Why, in a sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>What the agent found; null before it registered.</summary>
    public NodeCapacity? Capacity { get; init; }

    /// <summary>The address at which peers reach the node's tasks.</summary>
    public string Address { get; init; } = "";

    /// <summary>The agent's session: a new one with each start of the agent.</summary>
    public string Session { get; init; } = "";

    /// <summary>Labels that the agent found or was given; those of the manifest win over them.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = Resource.EmptyLabels;

    /// <summary>The agent's version and platform.</summary>
    public string? Agent { get; init; }

    /// <summary>What this node's agent enforces of a task's limits, in words: <c>cgroup v2: cpu, memory</c> or why not.</summary>
    public string? Limits { get; init; }

    /// <summary>The jobs and services that had tasks on it when it was lost, such as <c>job/train</c>; empty while it is not lost.</summary>
    public IReadOnlyList<string> LostWork { get; init; } = [];

    /// <summary>When the phase was entered.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What is known of its power.</summary>
    public PowerState Power { get; init; }

    /// <summary>When its power is looked at again: a step has taken too long, or is confirmed; of a node that is awake: when it may be put to sleep again.</summary>
    public DateTimeOffset? PowerDue { get; init; }

    /// <summary>Whether its agent may put it to sleep.</summary>
    public bool CanSleep { get; init; }

    /// <summary>The addresses of its network cards that it may be woken at, such as <c>0c:42:a1:00:00:01</c>.</summary>
    public IReadOnlyList<string> Macs { get; init; } = [];

    /// <summary>Between which limits its agent can hold its devices; null: it has no permission, or no device that can be capped.</summary>
    public CapRange? CapRange { get; init; }

    /// <summary>The cap that the guard of its site set; null: none.</summary>
    public AutomaticCap? AutomaticCap { get; init; }

    /// <summary>What its agent says of its cap; null: there is none, or it has not said anything yet.</summary>
    public PowerCapStatus? PowerCap { get; init; }
}

/// <summary>Where a node stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodePhase>))]
public enum NodePhase
{
    /// <summary>Applied by a manifest; its agent has not registered yet.</summary>
    [JsonStringEnumMemberName("expected")]
    Expected,

    /// <summary>Its agent answers.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>Its agent says goodbye: tasks are being stopped, none are placed.</summary>
    [JsonStringEnumMemberName("leaving")]
    Leaving,

    /// <summary>Its agent said goodbye in order.</summary>
    [JsonStringEnumMemberName("left")]
    Left,

    /// <summary>Its agent has been silent for longer than the lease.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,

    /// <summary>Its agent said goodbye to put it to sleep; <see cref="NodeStatus.Power"/> says how far that is.</summary>
    [JsonStringEnumMemberName("asleep")]
    Asleep,

    /// <summary>Its agent has registered or is back; what it still runs and should not, it is stopping first.</summary>
    [JsonStringEnumMemberName("joining")]
    Joining,
}

/// <summary>What a node has.</summary>
public sealed record NodeCapacity
{
    /// <summary>Processors.</summary>
    public Cpu Cpu { get; init; }

    /// <summary>Memory.</summary>
    public Bytes Memory { get; init; }

    /// <summary>Disk under the agent's data directory.</summary>
    public Bytes Disk { get; init; }

    /// <summary>Accelerators, by index.</summary>
    public IReadOnlyList<Device> Devices { get; init; } = [];

    /// <summary>The first of the TCP ports that tasks on this node may be given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int FirstPort { get; init; } = 20_000;

    /// <summary>How many ports there are from <see cref="FirstPort"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Ports { get; init; } = 10_000;
}

/// <summary>An accelerator.</summary>
public sealed record Device
{
    /// <summary>The model, such as <c>H100</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Its memory.</summary>
    public Bytes Memory { get; init; }

    /// <summary>The MIG profile that it is an instance of, such as <c>1g.10gb</c>; null for a whole device.</summary>
    public string? MigProfile { get; init; }

    /// <summary>The vendor's identifier.</summary>
    public string? Uuid { get; init; }
}
