using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>A tenant's share; queues nest.</summary>
public sealed record Queue : Resource
{
    /// <summary>The queue of work that names none; it exists always and has no limit unless one is applied.</summary>
    public const string Default = "default";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => ResourceKinds.Queue;

    /// <summary>What is wanted.</summary>
    public required QueueSpec Spec { get; init; }

    /// <summary>What its work has used; null before any of it ran.</summary>
    public QueueStatus? Status { get; init; }
}

/// <summary>What a queue may use.</summary>
public sealed record QueueSpec
{
    /// <summary>The queue above, or null for a root.</summary>
    [Description("The queue above; what this queue uses counts there too.")]
    public string? Parent { get; init; }

    /// <summary>What the queue's work gets back from others whenever it asks for it.</summary>
    [Description("What the queue's work gets whenever it asks for it, if need be back from queues that borrowed it. What is not named is not guaranteed.")]
    public ResourceAmounts? Guarantee { get; init; }

    /// <summary>The most that work in this queue and those below may hold at once.</summary>
    [Description("The most that work in this queue and those below it may hold at once; what is not named is not limited.")]
    public ResourceAmounts? Limit { get; init; }

    /// <summary>The queue's share of what nobody is guaranteed, against its siblings.</summary>
    [Description("The queue's part of what is idle, against the queues beside it: one of weight 2 gets twice as much as one of weight 1.")]
    [Range(0.001, 1000.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Weight { get; init; } = 1;
}

/// <summary>What a queue's work has used.</summary>
public sealed record QueueStatus
{
    /// <summary>When the usage was last counted.</summary>
    public DateTimeOffset Sampled { get; init; }

    /// <summary>The share of the cluster that the queue and those below held lately, by its scarcest resource, older time counting less; from 0 to 1.</summary>
    public double Usage { get; init; }

    /// <summary>The share of the cluster that they held at that time, by its scarcest resource, from 0.</summary>
    public double Held { get; init; }
}

/// <summary>An amount by resource; what is null is not named.</summary>
public sealed record ResourceAmounts
{
    /// <summary>Processors.</summary>
    public Cpu? Cpu { get; init; }

    /// <summary>Memory.</summary>
    public Bytes? Memory { get; init; }

    /// <summary>Accelerators of any model.</summary>
    [Description("GPUs of any model.")]
    public Gpu? Gpu { get; init; }

    /// <summary>Accelerators by model, each a resource of its own.</summary>
    [Description("GPUs by model, such as {H100: 16, L40S: 8}; each model is a resource of its own.")]
    public IReadOnlyDictionary<string, Gpu> GpuModels { get; init; } = EmptyModels;

    private static IReadOnlyDictionary<string, Gpu> EmptyModels { get; } = new Dictionary<string, Gpu>(0);
}
