using System.ComponentModel;
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
}

/// <summary>What a queue may use.</summary>
public sealed record QueueSpec
{
    /// <summary>The queue above, or null for a root.</summary>
    [Description("The queue above; what this queue uses counts there too.")]
    public string? Parent { get; init; }

    /// <summary>The most that work in this queue and those below may hold at once.</summary>
    [Description("The most that work in this queue and those below it may hold at once; what is not named is not limited.")]
    public ResourceLimit? Limit { get; init; }
}

/// <summary>An upper bound by resource; null is no bound.</summary>
public sealed record ResourceLimit
{
    /// <summary>Processors.</summary>
    public Cpu? Cpu { get; init; }

    /// <summary>Memory.</summary>
    public Bytes? Memory { get; init; }

    /// <summary>Accelerators.</summary>
    public Gpu? Gpu { get; init; }
}
