using Datahall.Energy.Facility;
using Datahall.Energy.Metrics;
using Datahall.Model;
using Datahall.Twin.Traces.Jobs;

namespace Datahall.Twin.Energy;

/// <summary>What is the same for every policy of a scenario.</summary>
/// <param name="Spec">The scenario.</param>
/// <param name="Site">The site.</param>
/// <param name="Facility">Its physics.</param>
/// <param name="Weather">The air outside.</param>
/// <param name="Load">How busy the servers are.</param>
/// <param name="Rates">What energy costs and emits.</param>
internal sealed record ScenarioWorld(ScenarioSpec Spec, Site Site, FacilityModel Facility, ScenarioWeather Weather, ScenarioLoad Load, EnergyRates Rates)
{
    /// <summary>The jobs that the scheduler places, by submission, in seconds from the start.</summary>
    public IReadOnlyList<TraceJob> Jobs { get; init; } = [];

    /// <summary>The step, in seconds.</summary>
    public double StepSeconds => Spec.Step.Milliseconds / 1000.0;

    /// <summary>How many steps there are.</summary>
    public long Steps => Spec.Length.Milliseconds / Spec.Step.Milliseconds;

    /// <summary>The hour of the year after so many seconds, from 0.</summary>
    public double Hour(double seconds) => ((Spec.StartDay - 1) * 24.0) + (seconds / 3600);

    /// <summary>How many chillers are out of order then.</summary>
    public int ChillersOut(double seconds)
    {
        var sum = 0;
        foreach (var fault in Spec.Faults)
        {
            var from = fault.At.Milliseconds / 1000.0;
            sum += seconds >= from && seconds < from + (fault.For.Milliseconds / 1000.0) ? fault.Chillers ?? (fault.Feed is null ? 1 : 0) : 0;
        }

        return sum;
    }
}
