using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>When the feeds of a site are guarded by caps.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CappingTime>))]
public enum CappingTime
{
    /// <summary>When a feed's measured load comes near to what it may carry.</summary>
    [JsonStringEnumMemberName("load")]
    Load,

    /// <summary>Always, by what the servers may draw: no second can exceed a budget.</summary>
    [JsonStringEnumMemberName("always")]
    Always,
}

/// <summary>How feeds, racks and the grid connection are kept within what they may carry.</summary>
public sealed record CappingRule
{
    /// <summary>When there are caps.</summary>
    [Description("When there are caps: at a high measured load, or always, by what the servers may draw.")]
    public CappingTime When { get; init; }

    /// <summary>The share of a budget above which caps come.</summary>
    [Description("The share of a budget above which caps come.")]
    [Range(0.2, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Trip { get; init; } = 0.99;

    /// <summary>The share of the budget that the caps add up to.</summary>
    [Description("The share of the budget that the caps then add up to.")]
    [Range(0.2, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Target { get; init; } = 0.95;

    /// <summary>The share of the budget below which caps go.</summary>
    [Description("The share of the budget below which the load without caps must be for them to go.")]
    [Range(0.1, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Release { get; init; } = 0.90;

    /// <summary>For how long.</summary>
    [Description("For how long it must be so.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Hold { get; init; } = Duration.FromSeconds(60);

    /// <summary>How long devices take to keep a new cap.</summary>
    [Description("How long devices take to keep a new cap: drivers of GPUs 0.1 to 1 s, management controllers 1 to 10 s.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Lag { get; init; } = Duration.FromSeconds(1);
}

/// <summary>A time in which the grid asks for less.</summary>
public sealed record DemandResponse
{
    /// <summary>When, after the start.</summary>
    [Description("When, after the start; 15m or later, for the mean before it is what the share is of.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Duration At { get; init; }

    /// <summary>For how long.</summary>
    [Description("For how long.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Duration For { get; init; }

    /// <summary>How much less.</summary>
    [Description("How much less, as a share of the mean of the 15 minutes before.")]
    [Range(0.01, 0.9)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double Share { get; init; }
}
