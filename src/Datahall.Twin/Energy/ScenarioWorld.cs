using Datahall.Energy.Facility;
using Datahall.Energy.Metrics;
using Datahall.Model;
using Datahall.Twin.Traces;
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

    /// <summary>Reads what a scenario names.</summary>
    /// <param name="spec">The scenario.</param>
    /// <param name="site">The site.</param>
    /// <param name="locate">Where a file that it names is.</param>
    /// <exception cref="TraceException">A file cannot be used.</exception>
    /// <exception cref="ArgumentException">The site has no servers or no cooling.</exception>
    public static ScenarioWorld Of(ScenarioSpec spec, Site site, Func<string, string> locate)
    {
        var facility = SiteFacility.Of(HallAirFiles.Into(site.Spec, spec.Recirculation, locate));
        var load = ScenarioLoad.Of(spec.Workload, facility, locate);
        return new(spec, site, facility, ScenarioWeather.Of(site.Spec, spec.WeatherFile is { } file ? locate(file) : null), load, new(site.Spec.Tariff, site.Spec.Carbon))
        {
            Jobs = load.JobGroup >= 0 ? JobsOf(load.Groups[load.JobGroup].Jobs!, spec.Length, locate) : [],
        };
    }

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

    private static TraceJob[] JobsOf(LoadJobs spec, Duration length, Func<string, string> locate)
    {
        if (!JobTrace.Names.Contains(spec.Trace))
        {
            throw new TraceException($"spec.workload: there is no trace '{spec.Trace}'; there are {string.Join(", ", JobTrace.Names)}");
        }

        var (from, to) = (spec.From.Milliseconds / 1000.0, (spec.From.Milliseconds + length.Milliseconds) / 1000.0);
        return
        [
            .. JobTrace.Read(spec.Trace, locate(spec.File), null).Jobs
                .Where(job => job.SubmittedSeconds >= from && job.SubmittedSeconds < to)
                .Select(job => job with { SubmittedSeconds = job.SubmittedSeconds - from }),
        ];
    }
}
