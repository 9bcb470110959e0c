using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>What a task needs and runs; the part that roles and services share.</summary>
public record TaskTemplate
{
    /// <summary>What one task holds while it runs.</summary>
    [Description("What one task holds while it runs.")]
    public Resources Resources { get; init; } = new();

    /// <summary>How a task runs.</summary>
    [Description("How a task runs.")]
    public required Run Run { get; init; }

    /// <summary>Environment variables; <c>$(NAME)</c> is replaced by a variable that Datahall sets, such as <c>$(PORT)</c>.</summary>
    [Description("Environment variables. $(NAME) is replaced by a variable that Datahall sets, such as $(PORT).")]
    public IReadOnlyDictionary<string, string> Env { get; init; } = Resource.EmptyLabels;

    /// <summary>Labels that a node must carry.</summary>
    [Description("Labels that a node must carry.")]
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = Resource.EmptyLabels;

    /// <summary>Taints that do not keep the task away.</summary>
    [Description("Taints of nodes that do not keep the task away.")]
    public IReadOnlyList<Toleration> Tolerations { get; init; } = [];

    /// <summary>Work to be near to, or to keep away from.</summary>
    [Description("Work to be near to, or to keep away from.")]
    public IReadOnlyList<AffinityRule> Affinity { get; init; } = [];

    /// <summary>Names of artifacts that the task reads; nodes that hold them are preferred by the score <c>data</c>.</summary>
    [Description("Names of the artifacts that the task reads. The score 'data' prefers nodes that hold them, the filter 'data-local' asks for it.")]
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>The time between the polite signal and the final one.</summary>
    [Description("The time between SIGTERM and SIGKILL when the task is stopped.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration GracePeriod { get; init; } = Duration.FromSeconds(10);

    /// <summary>The template alone, without what a role or a service adds.</summary>
    public TaskTemplate ToTemplate() => new(this);
}

/// <summary>What one task holds.</summary>
public sealed record Resources
{
    /// <summary>Processors.</summary>
    [Description("Processors: 2, 1.5 or 500m.")]
    public Cpu Cpu { get; init; }

    /// <summary>Memory.</summary>
    [Description("Memory: 512Mi, 4Gi.")]
    public Bytes Memory { get; init; }

    /// <summary>Whole accelerators, or a share of one.</summary>
    [Description("Whole devices (2), or a share of one (0.5, 500m).")]
    public Gpu Gpu { get; init; }

    /// <summary>The accelerator models that will do; empty for any.</summary>
    [Description("The device models that will do, such as [H100, H200]; empty for any.")]
    public IReadOnlyList<string> GpuModels { get; init; } = [];

    /// <summary>The MIG profile that each device must be an instance of; null for whole devices and shares.</summary>
    [Description("A MIG profile, such as 1g.10gb: 'gpu' then counts instances of it. Without it no MIG instance is given.")]
    public string? Mig { get; init; }
}

/// <summary>Work to be near to, or to keep away from.</summary>
public sealed record AffinityRule
{
    /// <summary>Whether to be near or away.</summary>
    [Description("near: where such work is; away: where none of it is.")]
    public AffinityMode Mode { get; init; }

    /// <summary>The labels that the other work carries, all of them.</summary>
    [Description("The labels that the other job or service carries, all of them.")]
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>What near means.</summary>
    [Description("What near means: on the same node, or in the same rack.")]
    public AffinityScope Scope { get; init; }

    /// <summary>Whether the task rather waits than break the rule; otherwise the score <c>affinity</c> prefers what keeps it.</summary>
    [Description("true: the task waits rather than break the rule. Otherwise it is a wish, weighed by the score 'affinity'.")]
    public bool Required { get; init; }
}

/// <summary>Whether to be near other work, or away from it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AffinityMode>))]
public enum AffinityMode
{
    /// <summary>Where such work is.</summary>
    [JsonStringEnumMemberName("near")]
    Near,

    /// <summary>Where none of it is.</summary>
    [JsonStringEnumMemberName("away")]
    Away,
}

/// <summary>How far near reaches.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AffinityScope>))]
public enum AffinityScope
{
    /// <summary>The same node.</summary>
    [JsonStringEnumMemberName("node")]
    Node,

    /// <summary>The same rack.</summary>
    [JsonStringEnumMemberName("rack")]
    Rack,
}

/// <summary>How work may be disturbed for the sake of other work.</summary>
public sealed record DisruptionSpec
{
    /// <summary>Whether the work may be stopped and started elsewhere to join free room together.</summary>
    [Description("true: the work may be moved, that is stopped and started elsewhere, to join free room together (rebalancing).")]
    public bool Movable { get; init; }

    /// <summary>Whether the work may be stopped for work of higher priority, or by a queue that takes its guarantee back.</summary>
    [Description("false: never stopped for work of higher priority, nor by a queue that takes back what it is guaranteed.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Preemptible { get; init; } = true;

    /// <summary>The time that an attempt runs before it may be disturbed.</summary>
    [Description("The time that the work runs before it may be disturbed.")]
    public Duration MinRuntime { get; init; }

    /// <summary>How many of a service's replicas may be away at once for the sake of others.</summary>
    [Description("A service: how many of its replicas may be away at once for the sake of others. Replicas that are away for other reasons count.")]
    [Range(0, 100_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int MaxUnavailable { get; init; } = 1;
}

/// <summary>How a task runs; exactly one of the runtimes is named.</summary>
public sealed record Run
{
    /// <summary>A process on the node itself.</summary>
    [Description("A process on the node itself.")]
    public ProcessRun? Process { get; init; }
}

/// <summary>A process on the node itself.</summary>
public sealed record ProcessRun
{
    /// <summary>The program and its arguments; a program without a slash is looked up in PATH.</summary>
    [Description("The program and its arguments. A program without a slash is looked up in PATH; $(NAME) is replaced as in env.")]
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The working directory; null for a directory of the task's own.</summary>
    [Description("The working directory; by default a fresh directory of the task's own.")]
    public string? WorkingDirectory { get; init; }
}

/// <summary>A taint that does not keep a task away.</summary>
public sealed record Toleration
{
    /// <summary>The taint's key.</summary>
    public required string Key { get; init; }

    /// <summary>The taint's value; null tolerates every value.</summary>
    [Description("The taint's value; without it every value is tolerated.")]
    public string? Value { get; init; }
}

/// <summary>How the agent tells that a replica can take traffic; without one, a replica is ready while its process lives.</summary>
public sealed record HealthCheck
{
    /// <summary>Ready when a TCP connection to the replica's port is accepted.</summary>
    [Description("Ready when a TCP connection to the replica's PORT is accepted.")]
    public TcpCheck? Tcp { get; init; }

    /// <summary>Ready when an HTTP GET is answered with 200 to 399.</summary>
    [Description("Ready when an HTTP GET on the replica's PORT is answered with 200 to 399.")]
    public HttpCheck? Http { get; init; }

    /// <summary>The time between checks.</summary>
    [Description("The time between checks.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Interval { get; init; } = Duration.FromSeconds(2);

    /// <summary>The time one check may take.</summary>
    [Description("The time one check may take.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Timeout { get; init; } = Duration.FromSeconds(1);

    /// <summary>Failed checks in a row after which the replica is restarted.</summary>
    [Description("Failed checks in a row after which the replica is restarted.")]
    [Range(1, 1000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Failures { get; init; } = 3;

    /// <summary>The time a fresh replica has until its first passed check.</summary>
    [Description("The time a fresh replica has until its first passed check.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration StartTimeout { get; init; } = Duration.FromSeconds(60);
}

/// <summary>A TCP connection to the replica's port.</summary>
public sealed record TcpCheck;

/// <summary>An HTTP GET to the replica's port.</summary>
public sealed record HttpCheck
{
    /// <summary>The path.</summary>
    public string Path { get; init; } = "/healthz";
}
