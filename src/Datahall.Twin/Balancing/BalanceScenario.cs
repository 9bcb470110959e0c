using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Datahall.Gateway.Balancing;

namespace Datahall.Twin.Balancing;

/// <summary>Replicas, what disturbs them, and the requests that come to them through several gateways.</summary>
public sealed record BalanceScenario
{
    /// <summary>How many replicas there are.</summary>
    [Range(1, 10_000)]
    public int Replicas { get; init; } = 20;

    /// <summary>How many requests a replica serves at once.</summary>
    [Range(1, 10_000)]
    public int Slots { get; init; } = 4;

    /// <summary>In which order.</summary>
    public ServiceOrder Order { get; init; }

    /// <summary>How many gateways there are. None knows of the others.</summary>
    [Range(1, 1000)]
    public int Gateways { get; init; } = 4;

    /// <summary>How many requests come, as a Poisson process; each to a gateway at random.</summary>
    [Range(1000, 100_000_000)]
    public int Requests { get; init; } = 600_000;

    /// <summary>The requests that come over what the replicas could serve in the long run, disturbed as they are and without any cached prompt.</summary>
    [Range(0.01, 10)]
    public double Load { get; init; } = 0.9;

    /// <summary>The mean time to serve a request, without waiting, in milliseconds.</summary>
    [Range(0.001, 1e6)]
    public double ServiceMilliseconds { get; init; } = 20;

    /// <summary>How that time is distributed.</summary>
    public ServiceDistribution Service { get; init; }

    /// <summary>From how many keys, and sessions, each request has one, evenly. With prompts its conversation is its key.</summary>
    [Range(1, 100_000_000)]
    public int Keys { get; init; } = 10_000;

    /// <summary>Which share of the replicas is slower, 0 to 1.</summary>
    [Range(0, 1)]
    public double SlowShare { get; init; }

    /// <summary>How many times slower.</summary>
    [Range(1, 1000)]
    public double SlowFactor { get; init; } = 2;

    /// <summary>Neighbours that slow a replica for a while; null: none.</summary>
    public AntagonistSettings? Antagonists { get; init; }

    /// <summary>Replicas that answer quickly, but with errors; null: none.</summary>
    public FailingSettings? Failing { get; init; }

    /// <summary>Prompts whose beginnings replicas cache; null: requests are alike.</summary>
    public PromptSettings? Prompts { get; init; }

    /// <summary>What the policies assume.</summary>
    public BalancingOptions Balancing { get; init; } = new();

    /// <summary>What one request costs on average without cached prompts, in seconds.</summary>
    internal double MeanSeconds => (ServiceMilliseconds / 1000) + (Prompts?.MeanColdSeconds ?? 0);

    /// <summary>How many of the replicas are slower: the first ones.</summary>
    internal int SlowReplicas => (int)Math.Round(SlowShare * Replicas);

    /// <summary>Requests a second.</summary>
    internal double Rate
    {
        get
        {
            var undisturbed = Antagonists is { } a ? 1 - (a.Share * (1 - (1 / a.Factor))) : 1;
            return Load * Slots * undisturbed * ((SlowReplicas / SlowFactor) + Replicas - SlowReplicas) / MeanSeconds;
        }
    }
}

/// <summary>In which order a replica serves requests.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServiceOrder>))]
public enum ServiceOrder
{
    /// <summary>So many at once as it has slots; the others wait in the order they came.</summary>
    [JsonStringEnumMemberName("fifo")]
    Fifo,

    /// <summary>All at once; when there are more than slots they share them evenly, as batches of language models do.</summary>
    [JsonStringEnumMemberName("sharing")]
    Sharing,
}

/// <summary>How service times are distributed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServiceDistribution>))]
public enum ServiceDistribution
{
    /// <summary>Exponentially; coefficient of variation 1.</summary>
    [JsonStringEnumMemberName("exponential")]
    Exponential,

    /// <summary>All the same.</summary>
    [JsonStringEnumMemberName("fixed")]
    Fixed,

    /// <summary>Nine of ten are short, one is long: exponential with half, and with 5.5 times the mean; coefficient of variation 2.35.</summary>
    [JsonStringEnumMemberName("long-tailed")]
    LongTailed,
}

/// <summary>Neighbours that come and go on each replica by itself, for exponential times.</summary>
public sealed record AntagonistSettings
{
    /// <summary>How many times slower a replica is with one.</summary>
    [Range(1, 1000)]
    public double Factor { get; init; } = 3;

    /// <summary>How long one stays on average, in milliseconds.</summary>
    [Range(0.001, 1e7)]
    public double Milliseconds { get; init; } = 1000;

    /// <summary>Which share of the time a replica has one, above 0 and below 1.</summary>
    [Range(0.0001, 0.9999)]
    public double Share { get; init; } = 0.1;
}

/// <summary>Replicas that fail fast for a part of the run.</summary>
public sealed record FailingSettings
{
    /// <summary>How many: the last ones.</summary>
    [Range(1, 10_000)]
    public int Replicas { get; init; } = 1;

    /// <summary>How long an error takes, in milliseconds.</summary>
    [Range(0.001, 1e7)]
    public double Milliseconds { get; init; } = 1;

    /// <summary>When it begins, as a share of the requests.</summary>
    [Range(0, 1)]
    public double From { get; init; } = 0.3;

    /// <summary>When it ends.</summary>
    [Range(0, 1)]
    public double To { get; init; } = 0.6;
}

/// <summary>Conversations with language models, and the cache of prompts on each replica.</summary>
public sealed record PromptSettings
{
    /// <summary>How many conversations are open at once.</summary>
    [Range(1, 1_000_000)]
    public int Open { get; init; } = 2000;

    /// <summary>How many turns each has.</summary>
    [Range(1, 1000)]
    public int Turns { get; init; } = 8;

    /// <summary>How many system prompts there are.</summary>
    [Range(1, 1_000_000)]
    public int SystemPrompts { get; init; } = 20;

    /// <summary>The blocks of a system prompt.</summary>
    [Range(0, 10_000)]
    public int SystemBlocks { get; init; } = 16;

    /// <summary>The blocks that each turn adds.</summary>
    [Range(1, 10_000)]
    public int TurnBlocks { get; init; } = 8;

    /// <summary>What a block that is not in the cache costs, in milliseconds.</summary>
    [Range(0.001, 1e6)]
    public double BlockMilliseconds { get; init; } = 2;

    /// <summary>How many blocks a replica keeps.</summary>
    [Range(1, 10_000_000)]
    public int CacheBlocks { get; init; } = 20_000;

    /// <summary>What a prompt costs on average that no cache knows, in seconds.</summary>
    internal double MeanColdSeconds => (SystemBlocks + (TurnBlocks * (Turns + 1) / 2.0)) * BlockMilliseconds / 1000;
}
