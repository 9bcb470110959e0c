using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Gateway.Balancing;

/// <summary>What the policies assume. The defaults are those that docs/gateway/balancing.md measures.</summary>
public sealed record BalancingOptions
{
    /// <summary>Time constant of the moving average of latencies, in seconds, above 0.</summary>
    [Range(0.001, 3600)]
    public double EwmaSeconds { get; init; } = 1;

    /// <summary>After so many seconds without an answer, half of what was known about a destination is forgotten, above 0.</summary>
    [Range(0.001, 86_400)]
    public double ForgetSeconds { get; init; } = 10;

    /// <summary>How long a destination that became ready takes to get its whole share, in seconds; 0: at once.</summary>
    [Range(0, 86_400)]
    public double SlowStartSeconds { get; init; }

    /// <summary>Which latency is averaged.</summary>
    public LatencySignal Signal { get; init; }

    /// <summary>Consistent hashing: no destination has more than this times its share of the requests in flight, above 1.</summary>
    [Range(1.001, 1000)]
    public double BoundedLoadFactor { get; init; } = 1.25;

    /// <summary>Prefix affinity.</summary>
    public PrefixOptions Prefix { get; init; } = new();

    /// <summary>Prequal.</summary>
    public PrequalOptions Prequal { get; init; } = new();
}

/// <summary>Which latency a destination is judged by.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LatencySignal>))]
public enum LatencySignal
{
    /// <summary>That of the whole answer.</summary>
    [JsonStringEnumMemberName("last-byte")]
    LastByte,

    /// <summary>That of the first byte: for streams, which last as long as their answers are.</summary>
    [JsonStringEnumMemberName("first-byte")]
    FirstByte,
}

/// <summary>What prefix affinity assumes.</summary>
public sealed record PrefixOptions
{
    /// <summary>A destination is left when it has more than this times the mean of the requests in flight, at least 1.</summary>
    [Range(1, 1000)]
    public double EscapeFactor { get; init; } = 1.5;

    /// <summary>Which share of a prompt's blocks must be known for its destination to be preferred, 0 to 1.</summary>
    [Range(0, 1)]
    public double LeastMatch { get; init; } = 0.5;

    /// <summary>How many blocks are remembered; 24 bytes each; a power of two from 4 on.</summary>
    [Range(4, 16_777_216)]
    public int Blocks { get; init; } = 1 << 17;

    /// <summary>After so many seconds without use a block is taken for evicted.</summary>
    [Range(0.001, 86_400)]
    public double LifetimeSeconds { get; init; } = 120;
}

/// <summary>What Prequal assumes; the defaults are the paper's, but for the quantile.</summary>
public sealed record PrequalOptions
{
    /// <summary>Probes for each request, at least 1.</summary>
    [Range(1, 100)]
    public int ProbesPerRequest { get; init; } = 3;

    /// <summary>How many answers of probes are kept, at least 2.</summary>
    [Range(2, 1000)]
    public int PoolSize { get; init; } = 16;

    /// <summary>After so many seconds an answer is dropped.</summary>
    [Range(0.001, 3600)]
    public double FreshSeconds { get; init; } = 1;

    /// <summary>A destination above this quantile of the requests in flight is hot, 0 to 1; the paper finds 0.6 to 0.9 good.</summary>
    [Range(0, 1)]
    public double HotQuantile { get; init; } = 0.6;

    /// <summary>How fast the pool would grow without end if answers were never used up (the paper's δ), above 0.</summary>
    [Range(0.001, 1000)]
    public double ReuseDelta { get; init; } = 1;
}
