using Datahall.Model;
using Datahall.Twin.Traces;

namespace Datahall.Twin.Energy;

/// <summary>Steps a site through a scenario in virtual time, once for each policy. The same scenario gives the same report.</summary>
public static class ScenarioSimulation
{
    /// <summary>Simulates.</summary>
    /// <param name="scenario">A scenario that validation took.</param>
    /// <param name="site">Its site, that validation took.</param>
    /// <param name="folder">The folder that the scenario's files are named from.</param>
    /// <param name="progress">Told the share done, from 0 to 1; may be null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TraceException">A file cannot be used, or the site has no servers or no cooling.</exception>
    public static ScenarioReport Run(Scenario scenario, Site site, string folder, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        ScenarioWorld world;
        try
        {
            world = ScenarioWorld.Of(scenario.Spec, site, file => Path.Combine(folder, file));
        }
        catch (ArgumentException e)
        {
            throw new TraceException($"site/{site.Name}: {e.Message}");
        }

        var policies = scenario.Spec.Policies;
        return new(
            scenario.Name,
            site.Name,
            world.Facility.Blocks.Sum(static block => block.Count),
            world.Facility.Racks.Count,
            site.Spec.Tariff?.Currency,
            [.. policies.Select((policy, i) => new ScenarioPolicyRun(world, policy).Run(share => progress?.Report((i + share) / policies.Count), cancellationToken))]);
    }
}
