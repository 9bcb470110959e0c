using Datahall.Energy.Air;
using Datahall.Energy.Facility;
using Datahall.Energy.Metrics;
using Datahall.Energy.Sleep;
using Datahall.Energy.Supply;
using Datahall.Model;
using Datahall.Twin.Traces;

namespace Datahall.Twin.Energy;

/// <summary>Steps a site through a scenario in virtual time, once for each policy. The same scenario gives the same report.</summary>
public sealed class ScenarioSimulation
{
    private readonly Scenario scenario;
    private readonly Site site;
    private readonly FacilityModel facility;
    private readonly ScenarioWeather weather;
    private readonly ScenarioLoad load;
    private readonly EnergyRates rates;

    private ScenarioSimulation(Scenario scenario, Site site, Func<string, string> locate)
    {
        (this.scenario, this.site) = (scenario, site);
        facility = SiteFacility.Of(HallAirFiles.Into(site.Spec, scenario.Spec.Recirculation, locate));
        weather = ScenarioWeather.Of(site.Spec, scenario.Spec.WeatherFile is { } file ? locate(file) : null);
        load = ScenarioLoad.Of(scenario.Spec.Workload, facility, locate);
        rates = new(site.Spec.Tariff, site.Spec.Carbon);
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
            simulation.facility.Blocks.Sum(static block => block.Count),
            simulation.facility.Racks.Count,
            site.Spec.Tariff?.Currency,
            [.. policies.Select((policy, i) => simulation.Run(policy, share => progress?.Report((i + share) / policies.Count), cancellationToken))]);
    }

    private ScenarioRun Run(ScenarioPolicy policy, Action<double> progress, CancellationToken cancellationToken)
    {
        var spec = scenario.Spec;
        var (step, steps) = (spec.Step.Milliseconds / 1000.0, spec.Length.Milliseconds / spec.Step.Milliseconds);
        var (state, controller, tally, air) = (facility.NewState(policy.SupplyCelsius), ControllerOf(policy), new ScenarioTally(), new HallHeat(facility));
        var caps = new PowerCaps(facility, load, policy.BoardLimit);
        var sleep = policy.Sleep is { } rule ? new SleepControl(facility, rule.Fill, rule.Spare) : null;
        var firstHour = (spec.StartDay - 1) * 24.0;
        var due = 0.0;
        Begin(state, policy.SupplyCelsius, firstHour);
        for (var i = 0L; i < steps; i++)
        {
            var seconds = i * step;
            var outdoor = weather.At(firstHour + (seconds / 3600));
            load.At(seconds, state.Utilisation);
            var unserved = sleep?.Step(state, step) ?? 0;
            caps.Divide(state);
            if (seconds >= due)
            {
                controller.Step(new(state.Inlet, facility.InletLimits, outdoor, state));
                due = seconds + controller.IntervalSeconds;
            }

            var power = facility.Step(state, controller.SetPoint + air.Excess, outdoor, step, ChillersOut(seconds));
            caps.Count(state, unserved, step);
            tally.Count(sleep, step);
            air.Step(power.Plant.Unmet, step);
            tally.Add(power, rates.Over(power, step, seconds / 3600 % 24), controller.SetPoint, seconds, step);
            if (i % 4096 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress((double)i / steps);
            }
        }

        return tally.Report(policy.Name) with
        {
            WorkLostShare = caps.LostShare,
            BoardExcessWatts = caps.MostExcess,
            UnservedShare = caps.UnservedShare,
            Price = PriceRange.Of(facility, state, controller.SetPoint, weather.At(firstHour + (spec.Length.Milliseconds / 3.6e6)), policy.Supply),
        };
    }

    // A run begins settled: a start from one temperature everywhere would be a transient that no site has.
    private void Begin(FacilityState state, double supply, double hour)
    {
        load.At(0, state.Utilisation);
        facility.Compute(state);
        facility.Settle(state, supply, weather.At(hour));
    }

    private SupplyController ControllerOf(ScenarioPolicy policy)
    {
        var bounds = new SupplyBounds(policy.LowestCelsius, policy.HighestCelsius, policy.SupplyCelsius, policy.MarginKelvin);
        return policy.Supply switch
        {
            SupplyControl.TrimAndRespond => new TrimAndRespond(bounds),
            SupplyControl.HottestInlet => new HottestInlet(bounds),
            SupplyControl.LeastPower => new LeastPower(bounds, facility),
            _ => new FixedSupply(policy.SupplyCelsius),
        };
    }

    private int ChillersOut(double seconds)
    {
        var sum = 0;
        foreach (var fault in scenario.Spec.Faults)
        {
            var from = fault.At.Milliseconds / 1000.0;
            sum += seconds >= from && seconds < from + (fault.For.Milliseconds / 1000.0) ? fault.Chillers : 0;
        }

        return sum;
    }

    /// <summary>What heat that nobody moved does: it warms the halls' air above the set point, until the plant catches up.</summary>
    /// <remarks>C·dT/dt = unmet heat, C the air that the units move within the inlets' time constant; without unmet heat the excess decays as fast.</remarks>
    private sealed class HallHeat(FacilityModel facility)
    {
        private readonly double capacity = facility.Plant.Design.UnitFlow * AirStream.Density * AirStream.HeatCapacity * FacilityModel.InletSeconds;

        public double Excess { get; private set; }

        public void Step(double unmetWatts, double seconds) =>
            Excess = unmetWatts > 0 ? Excess + (unmetWatts * seconds / capacity) : Excess * Math.Exp(-seconds / FacilityModel.InletSeconds);
    }
}
