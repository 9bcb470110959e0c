using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>How a service's number of replicas follows its load. Of several signals the one that asks for most counts.</summary>
public sealed record AutoscaleSpec
{
    /// <summary>The fewest replicas.</summary>
    [Description("The fewest replicas; 0: none after 'idle' without requests, and one again with the first request that waits.")]
    [Range(0, 100_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Min { get; init; } = 1;

    /// <summary>The most replicas.</summary>
    [Description("The most replicas; the queue's limit holds besides.")]
    [Range(1, 100_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int Max { get; init; }

    /// <summary>Requests in flight and waiting that a replica should have.</summary>
    [Description("How many requests in flight and waiting a replica should have.")]
    [Range(0.01, 1_000_000.0)]
    public double? Concurrency { get; init; }

    /// <summary>Requests a second that a replica should get.</summary>
    [Description("How many requests a second a replica should get.")]
    [Range(0.000_001, 10_000_000.0)]
    public double? RequestsPerSecond { get; init; }

    /// <summary>Requests that may wait at the gateways, for each replica.</summary>
    [Description("How many requests may wait at the gateways for each replica while all have route.limits.perReplica in flight.")]
    [Range(0.0, 1_000_000.0)]
    public double? Queue { get; init; }

    /// <summary>How long requests may take; what a replica can do is then found out.</summary>
    [Description("How long requests may take. What a replica can do within it is learned from the traffic.")]
    public LatencyObjective? Latency { get; init; }

    /// <summary>How busy the accelerators of the replicas should be on the mean, as a share of the time; needs no route.</summary>
    [Description("How busy the GPUs of the replicas should be on the mean, as a share of the time, such as 0.7.")]
    [Range(0.01, 1.0)]
    public double? GpuUse { get; init; }

    /// <summary>Hours with more replicas than <see cref="Min"/>.</summary>
    [Description("Hours in which there are at least so many replicas, whatever the load.")]
    public IReadOnlyList<ScheduledReplicas> Schedule { get; init; } = [];

    /// <summary>The IANA time zone of <see cref="Schedule"/> and of the days of <see cref="Predict"/>; null: UTC.</summary>
    [Description("The IANA time zone of the schedule and of the days that predictions are made from, such as Asia/Shanghai; left out: UTC.")]
    public string? TimeZone { get; init; }

    /// <summary>Learns from the last days what comes; null: only the load of the moment counts.</summary>
    [Description("Starts replicas ahead of load that the last days had at the same time; left out: only the load of the moment counts.")]
    public PredictionSpec? Predict { get; init; }

    /// <summary>How far the number may be off before it is changed, as a share.</summary>
    [Description("How far the wanted number may be from the present one, as a share of it, before it is changed.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Tolerance { get; init; } = 0.1;

    /// <summary>How fast there may be more.</summary>
    [Description("How fast there may be more replicas.")]
    public ScalingPace Up { get; init; } = new();

    /// <summary>How fast there may be fewer.</summary>
    [Description("How fast there may be fewer replicas.")]
    public ScalingPace Down { get; init; } = new();

    /// <summary>How long there must have been no request before the last replica goes; with <see cref="Min"/> 0.</summary>
    [Description("min: 0: how long there must have been no request before the last replica goes.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Idle { get; init; } = Duration.FromSeconds(300);
}

/// <summary>How long requests may take.</summary>
public sealed record LatencyObjective
{
    /// <summary>The longest time.</summary>
    [Description("The longest time from the request to the last byte of its answer.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Duration Target { get; init; }

    /// <summary>The share of requests that must keep within it.</summary>
    [Description("The share of requests that must keep within it, such as 0.99.")]
    [Range(0.5, 0.9999)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Quantile { get; init; } = 0.99;
}

/// <summary>Hours with a number of replicas of their own; past midnight when <see cref="To"/> is not after <see cref="From"/>.</summary>
public sealed record ScheduledReplicas
{
    /// <summary>The hour it begins, from 0 to 23.</summary>
    [Description("The hour it begins.")]
    [Range(0, 23)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int From { get; init; }

    /// <summary>The hour it ends, from 0 to 24.</summary>
    [Description("The hour it ends; not after 'from': on the next day.")]
    [Range(0, 24)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int To { get; init; }

    /// <summary>The days on which it begins; empty: each day.</summary>
    [Description("The days on which it begins: mon, tue, wed, thu, fri, sat, sun; left out: each day.")]
    public IReadOnlyList<Weekday> Days { get; init; } = [];

    /// <summary>The fewest replicas in these hours.</summary>
    [Description("The fewest replicas in these hours.")]
    [Range(1, 100_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int Min { get; init; }

    /// <summary>Whether the hours cover a local time.</summary>
    public bool Covers(DateTimeOffset local)
    {
        var hour = local.TimeOfDay.TotalHours;
        var begun = To <= From && hour < To ? local.AddDays(-1) : local; // Past midnight it is still the day that it began on.
        return HourSpan.Covers(hour, From, To) && (Days.Count == 0 || Days.Contains((Weekday)begun.DayOfWeek));
    }
}

/// <summary>A day of the week, numbered as <see cref="DayOfWeek"/> is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Weekday>))]
public enum Weekday
{
    /// <summary>Sunday.</summary>
    [JsonStringEnumMemberName("sun")]
    Sunday,

    /// <summary>Monday.</summary>
    [JsonStringEnumMemberName("mon")]
    Monday,

    /// <summary>Tuesday.</summary>
    [JsonStringEnumMemberName("tue")]
    Tuesday,

    /// <summary>Wednesday.</summary>
    [JsonStringEnumMemberName("wed")]
    Wednesday,

    /// <summary>Thursday.</summary>
    [JsonStringEnumMemberName("thu")]
    Thursday,

    /// <summary>Friday.</summary>
    [JsonStringEnumMemberName("fri")]
    Friday,

    /// <summary>Saturday.</summary>
    [JsonStringEnumMemberName("sat")]
    Saturday,
}

/// <summary>Learns from the last days what comes.</summary>
public sealed record PredictionSpec
{
    /// <summary>How many days are remembered.</summary>
    [Description("How many days are remembered.")]
    [Range(1, 14)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Days { get; init; } = 7;

    /// <summary>How far ahead replicas are started; null: as long as the service's replicas take to start.</summary>
    [Description("How far ahead replicas are started; left out: as long as the service's replicas take to become ready.")]
    public Duration? Lead { get; init; }
}

/// <summary>How fast the number of replicas may change in one direction.</summary>
public sealed record ScalingPace
{
    /// <summary>The window upwards where none is given.</summary>
    public static Duration DefaultUpWindow => default;

    /// <summary>The window downwards where none is given.</summary>
    public static Duration DefaultDownWindow { get; } = Duration.FromSeconds(300);

    /// <summary>How long a change must have been asked for; null: upwards not at all, downwards 5 minutes.</summary>
    [Description("For how long the change must have been asked for; the smallest change asked for in that time is made. Left out: up 0, down 5m.")]
    public Duration? Window { get; init; }

    /// <summary>How much of the number may come or go in <see cref="Period"/>, as a share.</summary>
    [Description("How much of the number may come or go in 'period', as a share: 1 is twice as many, or all.")]
    [Range(0.0, 1000.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Share { get; init; } = 1;

    /// <summary>How many replicas may always come or go in <see cref="Period"/>.</summary>
    [Description("How many replicas may come or go in 'period' even if that is more than the share.")]
    [Range(1, 100_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Replicas { get; init; } = 4;

    /// <summary>The time that <see cref="Share"/> and <see cref="Replicas"/> are for.</summary>
    [Description("The time that 'share' and 'replicas' are for.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Period { get; init; } = Duration.FromSeconds(15);
}

/// <summary>What the load of a service asked for, as far as it must outlive the control plane.</summary>
public sealed record ScalingStatus
{
    /// <summary>How many replicas are wanted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Replicas { get; init; }

    /// <summary>When that was decided.</summary>
    public DateTimeOffset Decided { get; init; }

    /// <summary>Why, in a sentence for people.</summary>
    public string? Reason { get; init; }

    /// <summary>How long replicas took lately from their place to being ready, in seconds; 0: none has become ready yet.</summary>
    public double StartSeconds { get; init; }

    /// <summary>How many replicas a request a second needed lately; 0: not known. For predictions.</summary>
    public double ReplicasPerRequest { get; init; }

    /// <summary>The requests of the last days, oldest first; written once an hour, for predictions.</summary>
    public IReadOnlyList<DemandDay> Days { get; init; } = [];

    /// <summary>When <see cref="Days"/> was last written.</summary>
    public DateTimeOffset? Saved { get; init; }
}

/// <summary>How many requests a second a service got over a day.</summary>
public sealed record DemandDay
{
    // From a thousandth of a request a second, a step is 7.2 %: a byte reaches to 47,000 a second.
    private const double StepsOfDoubling = 10;
    private const double Least = 0.001;

    /// <summary>The day, in the service's time zone.</summary>
    public DateOnly Day { get; init; }

    /// <summary>The most in each of its slots, a byte each: 10·log2(1 + 1000·requests a second). Base64.</summary>
    public string Slots { get; init; } = "";

    /// <summary>Packs a day.</summary>
    /// <param name="day">The day.</param>
    /// <param name="requestsPerSecond">By slot, 0 or more.</param>
    public static DemandDay Of(DateOnly day, ReadOnlySpan<double> requestsPerSecond)
    {
        var bytes = new byte[requestsPerSecond.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)Math.Clamp(Math.Round(StepsOfDoubling * Math.Log2(1 + (requestsPerSecond[i] / Least))), 0, 255);
        }

        return new() { Day = day, Slots = Convert.ToBase64String(bytes) };
    }

    /// <summary>The requests a second by slot, within 3.6 % and 0.001; null when the text is none of <see cref="Of"/>.</summary>
    /// <param name="slots">How many slots a day has.</param>
    public double[]? RequestsPerSecond(int slots)
    {
        var bytes = new byte[slots];
        return Convert.TryFromBase64String(Slots, bytes, out var written) && written == slots
            ? Array.ConvertAll(bytes, static value => Least * (Math.Pow(2, value / StepsOfDoubling) - 1))
            : null;
    }
}
