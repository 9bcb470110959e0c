using Datahall.Energy.Facility;
using Datahall.Model;
using Datahall.Twin.Traces;
using Datahall.Twin.Traces.Jobs;

namespace Datahall.Twin.Energy;

/// <summary>Steps a site through a scenario in virtual time, once for each policy. The same scenario gives the same report.</summary>
public sealed class ScenarioSimulation
{
    private readonly ScenarioWorld world;

    private ScenarioSimulation(Scenario scenario, Site site, Func<string, string> locate)
    {
        var facility = SiteFacility.Of(HallAirFiles.Into(site.Spec, scenario.Spec.Recirculation, locate));
        var load = ScenarioLoad.Of(scenario.Spec.Workload, facility, locate);
        world = new(scenario.Spec, site, facility, ScenarioWeather.Of(site.Spec, scenario.Spec.WeatherFile is { } file ? locate(file) : null), load, new(site.Spec.Tariff, site.Spec.Carbon))
        {
            Jobs = load.JobGroup >= 0 ? JobsOf(load.Groups[load.JobGroup].Jobs!, scenario.Spec.Length, locate) : [],
        };
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

    /// <summary>Simulates.</summary>
    /// <param name="scenario">A scenario that validation took.</param>
    /// <param name="site">Its site, that validation took.</param>
    /// <param name="folder">The folder that the scenario's files are named from.</param>
    /// <param name="progress">Told the share done, from 0 to 1; may be null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TraceException">A file cannot be used, or the site has no servers or no cooling.</exception>
    public static ScenarioReport Run(Scenario scenario, Site site, string folder, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        ScenarioSimulation simulation;
        try
        {
            simulation = new(scenario, site, file => Path.Combine(folder, file));
        }
        catch (ArgumentException e)
        {
            throw new TraceException($"site/{site.Name}: {e.Message}");
        }

        var policies = scenario.Spec.Policies;
        return new(
            scenario.Name,
            site.Name,
            simulation.world.Facility.Blocks.Sum(static block => block.Count),
            simulation.world.Facility.Racks.Count,
            site.Spec.Tariff?.Currency,
            [.. policies.Select((policy, i) => new ScenarioPolicyRun(simulation.world, policy).Run(share => progress?.Report((i + share) / policies.Count), cancellationToken))]);
    }
}
