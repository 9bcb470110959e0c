using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

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
