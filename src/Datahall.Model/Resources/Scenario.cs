using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>A site's life to be simulated: workload, weather, faults, and ways to run the plant. Never stored; only <c>datahall simulate -f</c> reads it.</summary>
public sealed record Scenario : Resource
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => ResourceKinds.Scenario;

    /// <summary>What happens.</summary>
    public required ScenarioSpec Spec { get; init; }
}

/// <summary>What happens in a scenario.</summary>
public sealed record ScenarioSpec
{
    /// <summary>A sentence for people.</summary>
    [Description("A sentence for people.")]
    public string? Description { get; init; }

    /// <summary>The day of the year on which it starts, from 1.</summary>
    [Description("The day of the year on which it starts, at midnight.")]
    [Range(1, 365)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int StartDay { get; init; } = 1;

    /// <summary>How long it is.</summary>
    [Description("How long it is, such as 7d or 365d.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Length { get; init; } = Duration.FromSeconds(7 * 86_400);

    /// <summary>The step.</summary>
    [Description("The step of the physics, from 1s to 1h.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Step { get; init; } = Duration.FromSeconds(60);

    /// <summary>A file with the weather; null: the site's climate.</summary>
    [Description("A CSV file with hour_of_year, dry_bulb_c and rh_pct, beside the scenario. Left out: the site's climate.")]
    public string? WeatherFile { get; init; }

    /// <summary>Files with the recirculation of halls.</summary>
    [Description("Files with the recirculation of halls, instead of the site's own.")]
    public IReadOnlyList<RecirculationFile> Recirculation { get; init; } = [];

    /// <summary>What the servers do; a block of servers follows the first group that it is in.</summary>
    [Description("What the servers do; servers follow the first group that they are in, and idle when in none.")]
    public IReadOnlyList<LoadGroup> Workload { get; init; } = [];

    /// <summary>The ways to run the plant, each in a run of its own; the first is the baseline.</summary>
    [Description("The ways to run the plant, each in a run of its own. The first is the baseline that the others are compared with.")]
    public IReadOnlyList<ScenarioPolicy> Policies { get; init; } = [];

    /// <summary>Which inlet sensors break.</summary>
    [Description("Which inlet sensors tell nonsense or nothing.")]
    public IReadOnlyList<SensorFault> SensorFaults { get; init; } = [];

    /// <summary>What breaks.</summary>
    [Description("What breaks.")]
    public IReadOnlyList<PlantFault> Faults { get; init; } = [];

    /// <summary>When the grid asks for less; policies with capping answer.</summary>
    [Description("When the grid asks for less; policies with capping answer.")]
    public IReadOnlyList<DemandResponse> DemandResponse { get; init; } = [];
}

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

/// <summary>How the temperature of the supplied air is chosen.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SupplyControl>))]
public enum SupplyControl
{
    /// <summary>It stays as it is.</summary>
    [JsonStringEnumMemberName("fixed")]
    Fixed,

    /// <summary>Guideline 36: a little warmer all the time, colder when racks ask for it.</summary>
    [JsonStringEnumMemberName("trim-and-respond")]
    TrimAndRespond,

    /// <summary>As warm as the inlet nearest to its limit allows.</summary>
    [JsonStringEnumMemberName("hottest-inlet")]
    HottestInlet,

    /// <summary>Where the whole facility draws least, by the model.</summary>
    [JsonStringEnumMemberName("least-power")]
    LeastPower,

    /// <summary>As before, with the plant's air flow and tower, planned over the next hours.</summary>
    [JsonStringEnumMemberName("predictive")]
    Predictive,
}

/// <summary>How the fans of servers are run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FanRule>))]
public enum FanRule
{
    /// <summary>By load and inlet, as makers ship them.</summary>
    [JsonStringEnumMemberName("load")]
    Load,

    /// <summary>By the margin of the hottest component.</summary>
    [JsonStringEnumMemberName("component")]
    Component,
}

/// <summary>How the supply of the liquid loops is chosen.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LiquidControl>))]
public enum LiquidControl
{
    /// <summary>As the site says.</summary>
    [JsonStringEnumMemberName("fixed")]
    Fixed,

    /// <summary>Warm enough to sell heat when that is worth more than it costs.</summary>
    [JsonStringEnumMemberName("by-worth")]
    ByWorth,
}

/// <summary>A way to run the plant.</summary>
public sealed record ScenarioPolicy
{
    /// <summary>The name, unique within the scenario.</summary>
    public required string Name { get; init; }

    /// <summary>How the supply is chosen.</summary>
    [Description("How the temperature of the supplied air is chosen.")]
    public SupplyControl Supply { get; init; }

    /// <summary>The supply at the start, and always when fixed, in °C.</summary>
    [Description("The supplied air at the start, and always when fixed, in °C.")]
    [Range(5.0, 45.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double SupplyCelsius { get; init; } = 18;

    /// <summary>The coldest supply, in °C.</summary>
    [Description("The coldest supply, in °C.")]
    [Range(5.0, 45.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double LowestCelsius { get; init; } = 15;

    /// <summary>The warmest supply, in °C.</summary>
    [Description("The warmest supply, in °C.")]
    [Range(5.0, 45.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double HighestCelsius { get; init; } = 27;

    /// <summary>How far inlets are kept below their limits, in kelvin.</summary>
    [Description("How far inlets are kept below their limits, in kelvin.")]
    [Range(0.0, 15.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double MarginKelvin { get; init; } = 2;

    /// <summary>How far a predictive supply looks ahead.</summary>
    [Description("How far a predictive supply looks ahead, in steps of 15m.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Horizon { get; init; } = Duration.FromSeconds(4 * 3600);

    /// <summary>How servers that are not needed sleep; null: they stay awake.</summary>
    [Description("How servers that are not needed sleep. Left out: they stay awake.")]
    public SleepRule? Sleep { get; init; }

    /// <summary>The policy that places the jobs of the workload.</summary>
    [Description("The policy by which the scheduler places the jobs of the workload, as for 'datahall up --policy', such as best-fit or energy:1,best-fit:0.5.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string Placement { get; init; } = "best-fit";

    /// <summary>How the fans of the servers are run.</summary>
    [Description("How the fans of the servers are run: by load and inlet, or by the margin of the hottest component.")]
    public FanRule Fans { get; init; }

    /// <summary>How the supply of the liquid loops is chosen.</summary>
    [Description("How the supply of the liquid loops is chosen: as the site says, or warm enough to sell heat when that is worth it.")]
    public LiquidControl Liquid { get; init; }

    /// <summary>What is done when cooling is lost; null: nothing.</summary>
    [Description("What is done when cooling is lost: caps, then stopped work and servers shut down, the lowest priority first. Left out: nothing.")]
    public EmergencyRule? Emergency { get; init; }

    /// <summary>What the boards of all servers may draw together; null: no limit.</summary>
    [Description("What the boards of all servers may draw together; work is capped to keep it. Left out: no limit.")]
    public Watts? BoardLimit { get; init; }

    /// <summary>How feeds, racks and the grid connection are kept within what they may carry; null: not at all.</summary>
    [Description("How feeds, racks and the grid connection are kept within what they may carry. Left out: not at all.")]
    public CappingRule? Capping { get; init; }
}

/// <summary>How servers that are not needed sleep.</summary>
public sealed record SleepRule
{
    /// <summary>How far servers are filled.</summary>
    [Description("How far the servers that are awake are filled.")]
    [Range(0.05, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Fill { get; init; } = 0.8;

    /// <summary>The share of servers awake beyond the need.</summary>
    [Description("The share of each block's servers that stay awake beyond the need.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Spare { get; init; } = 0.1;
}

/// <summary>What is done when cooling is lost.</summary>
public sealed record EmergencyRule
{
    /// <summary>How far inlets are kept below their limits, in kelvin.</summary>
    [Description("How far inlets are kept below their limits, in kelvin.")]
    [Range(0.0, 10.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double ReserveKelvin { get; init; } = 1;

    /// <summary>The time constant with which the rest of the headroom may be used up.</summary>
    [Description("The time constant with which the rest of the headroom may be used up: shorter waits longer and then acts harder.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Horizon { get; init; } = Duration.FromSeconds(300);

    /// <summary>How long all must be well before anything is taken back.</summary>
    [Description("How long all must be well before anything is taken back.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Hold { get; init; } = Duration.FromSeconds(600);
}

/// <summary>Chillers, or units of a feed, that are out of order for a while.</summary>
public sealed record PlantFault
{
    /// <summary>When, after the start.</summary>
    [Description("When, after the start.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Duration At { get; init; }

    /// <summary>For how long.</summary>
    [Description("For how long.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Duration For { get; init; }

    /// <summary>How many chillers; null: one, or none when a feed is named.</summary>
    [Description("How many chillers are out of order. Left out: one, or none when a feed is named.")]
    [Range(1, 1000)]
    public int? Chillers { get; init; }

    /// <summary>A feed of the site.</summary>
    [Description("A feed of which units are out of order.")]
    public string? Feed { get; init; }

    /// <summary>How many of its alike units; null: all.</summary>
    [Description("How many of the feed's alike units are out of order. Left out: all of them.")]
    [Range(1, 1000)]
    public int? Units { get; init; }
}

/// <summary>Inlet sensors that tell nonsense, or nothing, for a while.</summary>
public sealed record SensorFault
{
    /// <summary>When, after the start.</summary>
    [Description("When, after the start.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Duration At { get; init; }

    /// <summary>For how long.</summary>
    [Description("For how long.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Duration For { get; init; }

    /// <summary>Only racks whose names begin so; null: all.</summary>
    [Description("Only racks whose names begin so. Left out: all.")]
    public string? Racks { get; init; }

    /// <summary>What they read, in °C; null: they are stale.</summary>
    [Description("What they read, in °C, such as -40. Left out: nothing new, the readings are stale.")]
    public double? ReadsCelsius { get; init; }
}

/// <summary>The recirculation of a hall, measured or simulated.</summary>
public sealed record RecirculationFile
{
    /// <summary>The hall.</summary>
    public required string Hall { get; init; }

    /// <summary>The file.</summary>
    [Description("A Matrix Market file beside the scenario: kelvin per watt, a row and a column for each rack of the hall in its order.")]
    public required string File { get; init; }
}
