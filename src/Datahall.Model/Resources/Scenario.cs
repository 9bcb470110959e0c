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

/// <summary>The recirculation of a hall, measured or simulated.</summary>
public sealed record RecirculationFile
{
    /// <summary>The hall.</summary>
    public required string Hall { get; init; }

    /// <summary>The file.</summary>
    [Description("A Matrix Market file beside the scenario: kelvin per watt, a row and a column for each rack of the hall in its order.")]
    public required string File { get; init; }
}
