using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Fans;
using Datahall.Energy.Sleep;
using Datahall.Energy.Supply;
using Datahall.Model;

namespace Datahall.Twin.Energy;

/// <summary>One way to run the site, stepped through the scenario.</summary>
internal sealed class ScenarioPolicyRun
{
    private const double PriceSeconds = 300;
    private const double StepWatts = 1000;

    private readonly ScenarioWorld world;
    private readonly ScenarioPolicy policy;
    private readonly FacilityModel facility;
    private readonly FacilityState state;
    private readonly SupplyController controller;
    private readonly PowerCaps caps;
    private readonly SleepControl? sleep;
    private readonly ScenarioPower feeds;
    private readonly EmergencyActions? emergency;
    private readonly ScheduledWork? work;
    private readonly NodeFans? fans;
    private readonly InletSensors sensors;
    private readonly HeatSales heat;
    private readonly HallHeat air;
    private readonly ScenarioTally tally = new();
    private readonly ScenarioSampler sampler;
    private readonly double[] rates; // How much work is done in a second, 1 without caps. Shape [blocks].
    private readonly double[] prices;
    private double due;
    private double priced;

    /// <exception cref="Traces.TraceException">The policy, the faults or the jobs do not go with the site.</exception>
    public ScenarioPolicyRun(ScenarioWorld world, ScenarioPolicy policy)
    {
        (this.world, this.policy, facility) = (world, policy, world.Facility);
        state = facility.NewState(policy.SupplyCelsius);
        state.Fans = policy.Fans is FanRule.Component ? FanLaw.Component : FanLaw.Load;
        controller = ControllerOf(policy, facility);
        caps = new(facility, world.Load, policy.BoardLimit);
        sleep = policy.Sleep is { } rule ? new(facility, rule.Fill, rule.Spare) : null;
        feeds = new(facility, world.Load, world.Site.Spec, world.Spec, policy);
        emergency = EmergencyActions.Of(facility, world.Load, policy.Emergency);
        sensors = new(facility, world.Spec.SensorFaults);
        work = world.Load.JobGroup >= 0 ? ScheduledWork.Of(world, policy.Placement) : null;
        heat = new(facility, world.Site.Spec, policy.Liquid);
        air = new(facility);
        sampler = new(world.Steps, world.StepSeconds);
        (rates, prices) = (new double[facility.Blocks.Count], new double[facility.Blocks.Count]);
        Begin();
        fans = NodeFans.Of(facility, state);
    }

    /// <summary>Steps through the scenario.</summary>
    /// <param name="progress">Told the share done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public ScenarioRun Run(Action<double> progress, CancellationToken cancellationToken)
    {
        for (var i = 0L; i < world.Steps; i++)
        {
            Step(i * world.StepSeconds);
            if (i % 4096 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress((double)i / world.Steps);
            }
        }

        return Report();
    }

    // A run begins settled: a start from one temperature everywhere would be a transient that no site has.
    private void Begin()
    {
        Array.Fill(rates, 1);
        world.Load.At(0, state.Utilisation);
        facility.Compute(state);
        facility.Settle(state, policy.SupplyCelsius, world.Weather.At(world.Hour(0)));
    }

    private void Step(double seconds)
    {
        var (step, hour) = (world.StepSeconds, world.Hour(seconds));
        var outdoor = world.Weather.At(hour);
        world.Load.At(seconds, state.Utilisation);
        work?.Advance(seconds, rates);
        work?.Utilisation(facility.Blocks, state.Utilisation);
        var unserved = Restrict(seconds);
        if (seconds >= due)
        {
            sensors.Read(state, seconds);
            controller.Step(new(sensors.Readings, facility.InletLimits, outdoor, state, sensors.Ages));
            due = seconds + controller.IntervalSeconds;
        }

        Price(outdoor, seconds);
        var settings = heat.Set(controller.Settings, state, controller.SetPoint, outdoor, hour, world.Rates.Prices?[(int)(seconds / 3600 % 24)] ?? 0, seconds);
        for (double done = 0, part; done < step; done += part)
        {
            part = feeds.Part(state, step - done, isFirst: done == 0);
            fans?.Step(state, part);
            var supply = controller.SetPoint + air.Excess;
            var power = facility.Step(state, supply, outdoor, part, world.ChillersOut(seconds), settings, heat.IsWanted(hour));
            feeds.Observe(state, power, seconds + done, part);
            caps.Count(state, unserved, part);
            air.Step(power.Plant.Unmet, part);
            emergency?.Observe(state, power, controller.SetPoint + air.Excess, part);
            Count(power, outdoor, seconds, part);
        }
    }

    // The vector between energy and scheduling: as things stand, for a step of one busy device.
    private void Price(OutdoorAir outdoor, double seconds)
    {
        if (work is null || seconds < priced)
        {
            return;
        }

        facility.Compute(state);
        PriceRange.PointOf(facility, state, controller.SetPoint, outdoor, policy).Prices(StepWatts, prices);
        work.Price(prices);
        priced = seconds + PriceSeconds;
    }

    // Who is awake and what caps hold, from the need and from what keeps the site within its limits.
    private double Restrict(double seconds)
    {
        Array.Fill(state.PowerFactor, 1);
        Array.Fill(state.CapWatts, double.PositiveInfinity);
        emergency?.Begin(state);
        var unserved = (sleep?.Step(state, world.StepSeconds) ?? 0) + feeds.Fail(state, seconds);
        caps.Divide(state);
        unserved += emergency?.Apply(state, seconds, world.StepSeconds) ?? 0;
        feeds.Begin(state);
        for (var i = 0; i < rates.Length; i++)
        {
            rates[i] = caps.Rate(i) * (emergency?.Rate(i) ?? 1) * feeds.Rate(i);
        }

        return unserved;
    }

    private void Count(in FacilityPower power, OutdoorAir outdoor, double seconds, double part)
    {
        heat.Count(power, part);
        tally.Count(sleep, part);
        tally.Watch(facility, state, power, facility.Plant.DewPoint(controller.SetPoint + air.Excess, outdoor), part);
        tally.Add(power, world.Rates.Over(power, part, seconds / 3600 % 24), controller.SetPoint, seconds, part);
        sampler.Add(power, controller.SetPoint, outdoor, part);
    }

    private ScenarioRun Report()
    {
        var end = world.Steps * world.StepSeconds;
        work?.Advance(end, rates);
        return feeds.Into(tally.Report(policy.Name) with
        {
            WorkLostShare = caps.LostShare,
            BoardExcessWatts = caps.MostExcess,
            UnservedShare = caps.UnservedShare,
            Series = sampler.End(),
            Jobs = work?.Tally,
            Emergency = emergency?.Report(),
            ComponentKelvin = fans?.WorstKelvin,
            HeatRevenue = heat.Revenue,
            Price = PriceRange.Of(facility, PriceRange.PointOf(facility, state, controller.SetPoint, world.Weather.At(world.Hour(end)), policy)),
        });
    }

    private static SupplyController ControllerOf(ScenarioPolicy policy, FacilityModel facility)
    {
        var bounds = new SupplyBounds(policy.LowestCelsius, policy.HighestCelsius, policy.SupplyCelsius, policy.MarginKelvin);
        return policy.Supply switch
        {
            SupplyControl.TrimAndRespond => new TrimAndRespond(bounds),
            SupplyControl.HottestInlet => new HottestInlet(bounds),
            SupplyControl.LeastPower => new LeastPower(bounds, facility),
            SupplyControl.Predictive => new Predictive(bounds, facility, (int)(policy.Horizon.Milliseconds / (1000 * Predictive.StageSeconds))),
            _ => new FixedSupply(policy.SupplyCelsius),
        };
    }

    /// <summary>What heat that nobody moved does: it warms the halls' air above the set point, until the plant catches up.</summary>
    /// <remarks>C·dT/dt = unmet heat, C the air that the units move within the inlets' time constant; without unmet heat the excess decays as fast.</remarks>
    private sealed class HallHeat(FacilityModel facility)
    {
        public double Excess { get; private set; }

        public void Step(double unmetWatts, double seconds) =>
            Excess = unmetWatts > 0 ? Excess + (unmetWatts * seconds / facility.HeatCapacity) : Excess * Math.Exp(-seconds / FacilityModel.InletSeconds);
    }
}
