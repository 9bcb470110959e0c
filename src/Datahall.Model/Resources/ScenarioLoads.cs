using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>Servers and how busy they are: one of <see cref="Utilisation"/>, <see cref="Hours"/>, <see cref="Wave"/>, <see cref="File"/> and <see cref="Jobs"/>.</summary>
public sealed record LoadGroup
{
    /// <summary>The name, and with a file the column.</summary>
    [Description("The name; with 'file' the name of the column too.")]
    public required string Name { get; init; }

    /// <summary>Only servers of this hall.</summary>
    [Description("Only servers of this hall.")]
    public string? Hall { get; init; }

    /// <summary>Only servers of racks whose names begin so.</summary>
    [Description("Only servers of racks whose names begin so, such as a row's name.")]
    public string? Racks { get; init; }

    /// <summary>Only servers of this type.</summary>
    [Description("Only servers of this type.")]
    public string? Model { get; init; }

    /// <summary>Higher is capped later.</summary>
    [Description("Of groups that can be capped, higher priorities are capped later.")]
    [Range(-1000, 1000)]
    public int Priority { get; init; }

    /// <summary>What power caps do to this work; null: it is not capped.</summary>
    [Description("The measured GPU whose answer to power caps this work has. Left out: it is not capped.")]
    public CapTable? Caps { get; init; }

    /// <summary>Whether it may be paused and done later.</summary>
    [Description("Whether this work may be paused and done later when caps do not suffice; only where 'capping' is on.")]
    public bool Deferrable { get; init; }

    /// <summary>Always this.</summary>
    [Description("Always this utilisation, from 0 to 1.")]
    [Range(0.0, 1.0)]
    public double? Utilisation { get; init; }

    /// <summary>High at some hours.</summary>
    [Description("High at some hours of the day, low at the others.")]
    public LoadHours? Hours { get; init; }

    /// <summary>A wave over the day.</summary>
    [Description("A wave over the day.")]
    public LoadWave? Wave { get; init; }

    /// <summary>A file.</summary>
    [Description("A CSV file beside the scenario with the columns seconds and this group's name; it begins again when it ends.")]
    public string? File { get; init; }

    /// <summary>Jobs, placed by the real scheduler.</summary>
    [Description("A list of jobs that the scheduler itself places on these servers.")]
    public LoadJobs? Jobs { get; init; }
}

/// <summary>A list of jobs that the real scheduler places.</summary>
public sealed record LoadJobs
{
    /// <summary>The file.</summary>
    [Description("A CSV file beside the scenario.")]
    public required string File { get; init; }

    /// <summary>Its form.</summary>
    [Description("The form of the file: elasticflow (job_id, submission_time, duration, num_gpu; seconds), philly or muri.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string Trace { get; init; } = "elasticflow";

    /// <summary>The time of the trace at which the scenario starts.</summary>
    [Description("The time of the trace at which the scenario starts; jobs before it are left out.")]
    public Duration From { get; init; }

    /// <summary>How busy a job keeps what it holds.</summary>
    [Description("How busy a job keeps the devices that it holds.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Utilisation { get; init; } = 0.9;
}

/// <summary>A GPU whose answer to power caps was measured.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CapTable>))]
public enum CapTable
{
    /// <summary>NVIDIA V100.</summary>
    [JsonStringEnumMemberName("v100")]
    V100,

    /// <summary>NVIDIA A40.</summary>
    [JsonStringEnumMemberName("a40")]
    A40,

    /// <summary>NVIDIA Quadro RTX 6000.</summary>
    [JsonStringEnumMemberName("rtx-6000")]
    Rtx6000,

    /// <summary>NVIDIA P100.</summary>
    [JsonStringEnumMemberName("p100")]
    P100,
}

/// <summary>High at some hours of each day.</summary>
public sealed record LoadHours
{
    /// <summary>The hour it becomes high.</summary>
    [Description("The hour it becomes high.")]
    [Range(0, 23)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int From { get; init; }

    /// <summary>The hour it becomes low; not after <see cref="From"/>: on the next day.</summary>
    [Description("The hour it becomes low; not after 'from': on the next day.")]
    [Range(0, 24)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int To { get; init; }

    /// <summary>Whether an hour of the day, from 0 to below 24, is one of them.</summary>
    public bool Covers(double hour) => HourSpan.Covers(hour, From, To);

    /// <summary>The utilisation then.</summary>
    [Description("The utilisation at these hours.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double High { get; init; }

    /// <summary>The utilisation at the other hours.</summary>
    [Description("The utilisation at the other hours.")]
    [Range(0.0, 1.0)]
    public double Low { get; init; }
}

/// <summary>A wave over each day.</summary>
public sealed record LoadWave
{
    /// <summary>The lowest utilisation.</summary>
    [Description("The lowest utilisation.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double Low { get; init; }

    /// <summary>The highest utilisation.</summary>
    [Description("The highest utilisation.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double High { get; init; }

    /// <summary>The hour of the highest.</summary>
    [Description("The hour of the highest.")]
    [Range(0.0, 24.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double PeakHour { get; init; } = 15;
}
