using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>What energy a job or a service used so far. What is not known is absent.</summary>
public sealed record EnergyUse
{
    /// <summary>Since when it is counted.</summary>
    [Description("Since when it is counted.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset Since { get; init; }

    /// <summary>Until when it is counted.</summary>
    [Description("Until when it is counted.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset Through { get; init; }

    /// <summary>At the inlets of the servers, in kWh.</summary>
    [Description("At the inlets of the servers, in kWh.")]
    public double ItKilowattHours { get; init; }

    /// <summary>The part of it that meters measured, in kWh; the rest is estimated.</summary>
    [Description("The part of itKilowattHours that meters measured, in kWh; the rest is estimated.")]
    public double MeasuredKilowattHours { get; init; }

    /// <summary>The part of it for which the site's part is known, in kWh.</summary>
    [Description("The part of itKilowattHours that facilityKilowattHours, cost and carbon are of, in kWh.")]
    public double CoveredKilowattHours { get; init; }

    /// <summary>At the grid, with the share of losses and cooling, in kWh; null: no site is known.</summary>
    [Description("At the grid, with its share of losses and cooling, in kWh.")]
    public double? FacilityKilowattHours { get; init; }

    /// <summary>The part of it that cooling drew, in kWh.</summary>
    [Description("The part of facilityKilowattHours that cooling drew, in kWh.")]
    public double? CoolingKilowattHours { get; init; }

    /// <summary>What it cost; null: no tariff is known, or there are several currencies.</summary>
    [Description("What it cost.")]
    public double? Cost { get; init; }

    /// <summary>The currency of the cost.</summary>
    [Description("The currency of the cost.")]
    public string? Currency { get; init; }

    /// <summary>What it emitted, in g CO2e; null: no carbon intensity is known.</summary>
    [Description("What it emitted, in g CO2e.")]
    public double? CarbonGrams { get; init; }

    /// <summary>How long tasks ran of which nothing is counted, in task-seconds: their nodes sent no readings.</summary>
    [Description("How long tasks ran of which nothing is counted, in task-seconds: their nodes sent no readings.")]
    public double UncountedSeconds { get; init; }
}
