using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>When the nodes of a site are capped to keep its power limits.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SiteCappingTime>))]
public enum SiteCappingTime
{
    /// <summary>Never by itself.</summary>
    [JsonStringEnumMemberName("off")]
    Off,

    /// <summary>When the measured load of a rack, a feed or the site comes near to what it may carry.</summary>
    [JsonStringEnumMemberName("load")]
    Load,
}

/// <summary>How the live control plane keeps racks, feeds and the grid connection within what they may carry.</summary>
public sealed record SiteCapping
{
    /// <summary>When nodes are capped.</summary>
    [Description("When nodes are capped by themselves: off, or load: when the measured load of a rack, a feed or the site comes near to its limit.")]
    public SiteCappingTime When { get; init; }

    /// <summary>The share of a limit above which caps come.</summary>
    [Description("The share of a limit above which caps come.")]
    [Range(0.2, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Trip { get; init; } = 0.99;

    /// <summary>The share of the limit that the capped load then adds up to.</summary>
    [Description("The share of the limit that the capped load then adds up to.")]
    [Range(0.2, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Target { get; init; } = 0.95;

    /// <summary>The share of the limit below which caps go.</summary>
    [Description("The share of the limit below which the load without caps must be for them to go.")]
    [Range(0.1, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Release { get; init; } = 0.90;

    /// <summary>For how long.</summary>
    [Description("For how long it must be so.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Hold { get; init; } = Duration.FromSeconds(60);
}
