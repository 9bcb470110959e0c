using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>What cools.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CoolingSystem>))]
public enum CoolingSystem
{
    /// <summary>Air conditioners that cool the air directly.</summary>
    [JsonStringEnumMemberName("direct-expansion")]
    DirectExpansion,

    /// <summary>Coils with water from chillers and a tower.</summary>
    [JsonStringEnumMemberName("chilled-water")]
    ChilledWater,
}

/// <summary>Which outdoor cold is used before compressors.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OutdoorCold>))]
public enum OutdoorCold
{
    /// <summary>None.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Outdoor air.</summary>
    [JsonStringEnumMemberName("air")]
    Air,

    /// <summary>Tower water.</summary>
    [JsonStringEnumMemberName("water")]
    Water,

    /// <summary>Both.</summary>
    [JsonStringEnumMemberName("both")]
    Both,
}

/// <summary>How the fans of cooling units draw power.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UnitFanCurve>))]
public enum UnitFanCurve
{
    /// <summary>With the cube of the flow.</summary>
    [JsonStringEnumMemberName("cube")]
    Cube,

    /// <summary>As an EC plug fan.</summary>
    [JsonStringEnumMemberName("plug")]
    Plug,

    /// <summary>As a fan with inlet vanes.</summary>
    [JsonStringEnumMemberName("inlet-vane")]
    InletVane,
}

/// <summary>An ASHRAE TC 9.9 class of the air that servers draw.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AirClass>))]
public enum AirClass
{
    /// <summary>What is recommended for A1 to A4: 18 to 27 °C.</summary>
    [JsonStringEnumMemberName("recommended")]
    Recommended,

    /// <summary>15 to 32 °C.</summary>
    [JsonStringEnumMemberName("a1")]
    A1,

    /// <summary>10 to 35 °C.</summary>
    [JsonStringEnumMemberName("a2")]
    A2,

    /// <summary>5 to 40 °C.</summary>
    [JsonStringEnumMemberName("a3")]
    A3,

    /// <summary>5 to 45 °C.</summary>
    [JsonStringEnumMemberName("a4")]
    A4,

    /// <summary>Dense servers cooled by air: 5 to 25 °C.</summary>
    [JsonStringEnumMemberName("h1")]
    H1,
}

/// <summary>The cooling plant. A field that is left out is that of the site's ready plant.</summary>
public sealed record CoolingSpec
{
    /// <summary>What cools.</summary>
    [Description("What cools: direct-expansion or chilled-water.")]
    public CoolingSystem? System { get; init; }

    /// <summary>The air that all units move together at full speed, in m³/s.</summary>
    [Description("The air that all units move together at full speed, in m³/s.")]
    [Range(0.01, 100_000.0)]
    public double? UnitFlow { get; init; }

    /// <summary>What their fans draw then.</summary>
    [Description("What their fans draw at full speed.")]
    public Watts? UnitFans { get; init; }

    /// <summary>How they draw power at less flow.</summary>
    [Description("How their fans draw power at less flow.")]
    public UnitFanCurve? UnitFanCurve { get; init; }

    /// <summary>How many chillers.</summary>
    [Description("How many chillers.")]
    [Range(1, 1000)]
    public int? Chillers { get; init; }

    /// <summary>What each cools at 6.7 °C water and 29.4 °C condenser.</summary>
    [Description("What each chiller cools, at 6.7 °C leaving and 29.4 °C condenser water.")]
    public Watts? ChillerCapacity { get; init; }

    /// <summary>The COP of each at the same point.</summary>
    [Description("The COP of each chiller at that point.")]
    [Range(1.0, 12.0)]
    public double? ChillerCop { get; init; }

    /// <summary>The heat at which the tower's fans run at full speed.</summary>
    [Description("The heat at which the tower's fans run at full speed.")]
    public Watts? TowerCapacity { get; init; }

    /// <summary>What they draw then.</summary>
    [Description("What the tower's fans draw at full speed.")]
    public Watts? TowerFans { get; init; }

    /// <summary>How close the tower's water comes to the wet bulb, in kelvin.</summary>
    [Description("How close the tower's water comes to the wet bulb, in kelvin.")]
    [Range(1.0, 20.0)]
    public double? TowerApproach { get; init; }

    /// <summary>The cycles of concentration of the tower's water.</summary>
    [Description("The cycles of concentration of the tower's water.")]
    [Range(1.1, 20.0)]
    public double? TowerCycles { get; init; }

    /// <summary>The head of the chilled-water pumps, in kPa.</summary>
    [Description("The head of the chilled-water pumps, in kPa.")]
    [Range(0.0, 2000.0)]
    public double? PumpHead { get; init; }

    /// <summary>Which outdoor cold is used before compressors.</summary>
    [Description("Which outdoor cold is used before compressors.")]
    public OutdoorCold? FreeCooling { get; init; }

    /// <summary>The class of the air that the servers draw; null: the servers' own warmest inlets, and A2 for the rest.</summary>
    [Description("The ASHRAE class of the air that the servers draw. Left out: the servers' own warmest inlets, and a2 for cold, humidity and rates of change.")]
    public AirClass? Envelope { get; init; }

    /// <summary>The supply of the liquid loops, in °C.</summary>
    [Description("The supply of the liquid loops, in °C.")]
    [Range(10.0, 60.0)]
    public double? LiquidSupplyCelsius { get; init; }

    /// <summary>The share of the liquid loops' heat that others use.</summary>
    [Description("The share of the liquid loops' heat that others use.")]
    [Range(0.0, 1.0)]
    public double? HeatReuse { get; init; }

    /// <summary>When others want the heat and what they pay; null: always, and nothing.</summary>
    [Description("When others want the heat of the liquid loops, and what they pay for it. Left out: always, and nothing.")]
    public HeatDemand? HeatDemand { get; init; }

    /// <summary>The coldest return of the liquid loops that others can use, in °C.</summary>
    [Description("The coldest return of the liquid loops that others can use, in °C.")]
    [Range(10.0, 80.0)]
    public double? HeatReuseCelsius { get; init; }

    /// <summary>The set point of the supplied air, in °C; null: 18.</summary>
    [Description("The set point of the supplied air, in °C, for live accounts and prices; 18 when left out. A scenario's policies have their own.")]
    [Range(5.0, 45.0)]
    public double? SupplyCelsius { get; init; }

    /// <summary>How the plant chooses the supplied air: <see cref="SupplyControl.Fixed"/> or <see cref="SupplyControl.HottestInlet"/>.</summary>
    [Description("How the plant chooses the supplied air, for accounts and prices: fixed at supplyCelsius, or hottest-inlet: as warm as 2 K below the inlets' limits allows, from 15 to 27 °C.")]
    public SupplyControl? Supply { get; init; }
}

/// <summary>When others want the heat of the liquid loops.</summary>
public sealed record HeatDemand
{
    /// <summary>The first day of the year.</summary>
    [Description("The first day of the year on which heat is wanted.")]
    [Range(1, 365)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int FromDay { get; init; } = 1;

    /// <summary>The last day of the year; before <see cref="FromDay"/>: of the next year.</summary>
    [Description("The last day of the year on which heat is wanted; before fromDay: in the next year.")]
    [Range(1, 365)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int ToDay { get; init; } = 365;

    /// <summary>What a kWh of heat brings, in the tariff's currency.</summary>
    [Description("What a kWh of heat brings, in the tariff's currency.")]
    [Range(0.0, 100.0)]
    public double Price { get; init; }

    /// <summary>Whether heat is wanted on a day of the year, from 1.</summary>
    public bool Holds(int day) => FromDay <= ToDay ? day >= FromDay && day <= ToDay : day >= FromDay || day <= ToDay;
}

/// <summary>How exhaust finds its way to the inlets of a hall.</summary>
public sealed record Recirculation
{
    /// <summary>The share of exhaust in what a rack in mid-row draws, when there is no matrix.</summary>
    [Description("The share of exhaust in the air that a rack in mid-row draws, when there is no matrix.")]
    [Range(0.0, 0.5)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Share { get; init; } = 0.1;

    /// <summary>How many kelvin one kilowatt of each rack (columns) warms the inlet of each (rows), in the order of the hall's racks; empty: made from the racks' places.</summary>
    [Description("By how many kelvin one kilowatt of each rack (columns) warms the inlet of each (rows), in the order of the hall's racks. Left out: made from the racks' places.")]
    public IReadOnlyList<IReadOnlyList<double>> KelvinPerKilowatt { get; init; } = [];
}

/// <summary>A year's weather as waves: a mean, a season and a day.</summary>
public sealed record Climate
{
    /// <summary>A climate of the catalogue; its figures hold where none is given here.</summary>
    [Description("A climate of the catalogue: new-york, arizona, virginia or washington.")]
    public string? Name { get; init; }

    /// <summary>The mean, in °C.</summary>
    [Description("The year's mean temperature, in °C.")]
    [Range(-30.0, 40.0)]
    public double? MeanCelsius { get; init; }

    /// <summary>How far the hottest season is above the mean, in kelvin.</summary>
    [Description("How far midsummer is above the mean, in kelvin.")]
    [Range(0.0, 40.0)]
    public double? SeasonKelvin { get; init; }

    /// <summary>How far the hottest hour is above the day's mean, in kelvin.</summary>
    [Description("How far the afternoon is above the day's mean, in kelvin.")]
    [Range(0.0, 25.0)]
    public double? DayKelvin { get; init; }

    /// <summary>The mean relative humidity, from 0 to 1.</summary>
    [Description("The mean relative humidity, from 0 to 1.")]
    [Range(0.0, 1.0)]
    public double? Humidity { get; init; }

    /// <summary>How far the humidity falls in the afternoon.</summary>
    [Description("How far the humidity falls below its mean in the afternoon.")]
    [Range(0.0, 0.5)]
    public double? DayHumidity { get; init; }
}
