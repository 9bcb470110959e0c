using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

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
