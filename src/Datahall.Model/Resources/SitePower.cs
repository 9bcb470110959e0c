using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>What a feed is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeedKind>))]
public enum FeedKind
{
    /// <summary>A UPS.</summary>
    [JsonStringEnumMemberName("ups")]
    Ups,

    /// <summary>A transformer or switchgear before or behind it.</summary>
    [JsonStringEnumMemberName("transformer")]
    Transformer,

    /// <summary>A power distribution unit.</summary>
    [JsonStringEnumMemberName("pdu")]
    Pdu,

    /// <summary>A busway or a rack's own distribution.</summary>
    [JsonStringEnumMemberName("rack")]
    Rack,
}

/// <summary>A step on the power's way from the grid to the racks: one, or several alike that share the load.</summary>
public sealed record Feed
{
    /// <summary>The name, unique within the site.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    [Description("What it is; its usual losses follow from it.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required FeedKind Kind { get; init; }

    /// <summary>The feed before it; null: the grid.</summary>
    [Description("The feed before it. Left out: the grid.")]
    public string? Parent { get; init; }

    /// <summary>What each can carry.</summary>
    [Description("What each of them can carry.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Watts Rating { get; init; }

    /// <summary>How many share the load.</summary>
    [Description("How many alike share the load.")]
    [Range(1, 1000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Count { get; init; } = 1;

    /// <summary>What it loses; null: what is usual for its kind.</summary>
    [Description("What it loses. Left out: what is usual for its kind.")]
    public FeedLosses? Loss { get; init; }
}

/// <summary>What a feed loses, as shares of its rating: constant + linear·x + quadratic·x², x the load over the rating.</summary>
public sealed record FeedLosses
{
    /// <summary>Without load.</summary>
    [Description("The share of the rating that is lost without load.")]
    [Range(0.0, 0.2)]
    public double Constant { get; init; }

    /// <summary>What grows with the load.</summary>
    [Description("The share that grows with the load.")]
    [Range(0.0, 0.2)]
    public double Linear { get; init; }

    /// <summary>What grows with its square.</summary>
    [Description("The share that grows with the load's square.")]
    [Range(0.0, 0.2)]
    public double Quadratic { get; init; }
}

/// <summary>What energy costs.</summary>
public sealed record Tariff
{
    /// <summary>The currency.</summary>
    [Description("The currency of the prices, such as EUR.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string Currency { get; init; } = "USD";

    /// <summary>The price of a kWh outside the periods.</summary>
    [Description("The price of a kWh, outside the periods.")]
    [Range(-10.0, 100.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double Price { get; init; }

    /// <summary>Hours with another price, each day; the first that holds counts.</summary>
    [Description("Hours with another price, each day; the first that holds counts.")]
    public IReadOnlyList<TariffPeriod> Periods { get; init; } = [];
}

/// <summary>Hours of the day with a price of their own; past midnight when <see cref="To"/> is not after <see cref="From"/>.</summary>
public sealed record TariffPeriod
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

    /// <summary>Whether the period holds in an hour of the day, from 0 to 23.</summary>
    public bool Covers(int hour) => HourSpan.Covers(hour, From, To);

    /// <summary>The price of a kWh.</summary>
    [Description("The price of a kWh.")]
    [Range(-10.0, 100.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double Price { get; init; }
}

/// <summary>What the grid's energy emits.</summary>
public sealed record CarbonIntensity
{
    /// <summary>The mean, in g CO2e per kWh.</summary>
    [Description("The mean, in g CO2e per kWh.")]
    [Range(0.0, 2000.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double GramsPerKilowattHour { get; init; }

    /// <summary>The intensity at each of 24 hours over the mean; empty: always the mean.</summary>
    [Description("The intensity at each of the 24 hours over the mean, such as 0.8 at noon. Left out: always the mean.")]
    public IReadOnlyList<double> Hours { get; init; } = [];

    /// <summary>The share of the energy that is from renewable sources.</summary>
    [Description("The share of the energy that is from renewable sources.")]
    [Range(0.0, 1.0)]
    public double RenewableShare { get; init; }
}
