using Datahall.Energy.Metrics;
using Datahall.Model.Manifests;
using Datahall.Twin.Energy;

namespace Datahall.Twin.Tests.Energy;

public sealed class CoolingScenarioTests
{
    private const string FullHall = """
        kind: Site
        name: s
        spec:
          plant: hall-1mw
          climate: {name: CLIMATE}
          halls: [{name: a, rows: [{name: A, racks: 12, servers: [{model: dgx-h100, count: 4}]}, {name: B, racks: 12, servers: [{model: dgx-h100, count: 4}]}]}]
        ---
        """;

    [Theory]
    [InlineData("new-york")]
    [InlineData("arizona")]
    [InlineData("virginia")]
    [InlineData("washington")]
    public void Predictive_beats_trim_and_respond_in_cooling_and_in_all_energy_without_leaving_the_envelope(string climate)
    {
        var runs = Run(FullHall.Replace("CLIMATE", climate, StringComparison.Ordinal), """
            length: 365d
              step: 15m
              workload: [{name: train, utilisation: 0.8}]
              policies: [{name: fixed}, {name: trim, supply: trim-and-respond}, {name: plan, supply: predictive}]
            """);

        Assert.All(runs, static run => Assert.Equal((0, new EnvelopeSeconds(0, 0, 0)), (run.ViolationSeconds, run.Envelope)));
        Assert.True(runs[2].Energy.Cooling < runs[0].Energy.Cooling * 0.8);
        Assert.True(runs[2].Energy.Cooling < runs[1].Energy.Cooling * 0.97, $"cooling {runs[2].Energy.Cooling} against {runs[1].Energy.Cooling} J");
        Assert.True(runs[2].Energy.Total < runs[1].Energy.Total * 0.98);
    }

    [Fact]
    public void Where_a_saving_comes_from_adds_up()
    {
        var runs = Run(FullHall.Replace("CLIMATE", "virginia", StringComparison.Ordinal), """
            length: 20d
              startDay: 100
              step: 5m
              workload: [{name: train, wave: {low: 0.2, high: 0.9}}]
              policies: [{name: fixed}, {name: plan, supply: predictive}]
            """);

        var saving = CoolingSaving.Of(runs[1], runs[0]);

        Assert.Equal(runs[1].Energy.Cooling - runs[0].Energy.Cooling, saving.Total, Math.Abs(saving.Total) * 1e-9);
        Assert.True(saving.ByFreeCooling < 0);
        Assert.Equal(0, CoolingSaving.Of(runs[0], runs[0]).Total, 1.0); // Joules.
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("predictive")]
    public void With_an_answer_no_inlet_is_above_its_limit_when_all_chillers_fail_at_full_load(string supply)
    {
        var runs = Run(FullHall.Replace("CLIMATE", "virginia", StringComparison.Ordinal), $$"""
            length: 8h
              startDay: 196
              step: 30s
              workload: [{name: prod, racks: A, utilisation: 1, caps: v100, priority: 5}, {name: research, racks: B, utilisation: 1, caps: v100}]
              policies: [{name: without, supply: {{supply}} }, {name: with, supply: {{supply}}, emergency: {} }]
              faults: [{at: 2h, for: 1h, chillers: 3}]
            """);
        var emergency = runs[1].Emergency!;

        Assert.True(runs[0].ViolationSeconds > 1800);
        Assert.Null(runs[0].Emergency);
        Assert.Equal(0, runs[1].ViolationSeconds);
        Assert.InRange(emergency.Caps.FromSeconds!.Value, 7200, 7800);
        Assert.True(emergency.Caps.FromSeconds <= emergency.Stopped.FromSeconds && emergency.Stopped.FromSeconds <= emergency.ShutDown.FromSeconds);
        Assert.InRange(emergency.ShutDown.ToSeconds!.Value, 3 * 3600, (3 * 3600) + 3000);
        Assert.InRange(emergency.WorkLostShare, 0.1, 0.25);
    }

    [Fact]
    public void Production_keeps_working_longer_than_research_when_one_chiller_of_three_fails()
    {
        const string scenario = """
            length: 6h
              startDay: 196
              step: 30s
              workload: [{name: prod, racks: A, utilisation: 1, priority: 5}, {name: research, racks: B, utilisation: 1}]
              policies: [{name: with, emergency: {}}]
              faults: [{at: 2h, for: 2h, chillers: 2}]
            """;
        var run = Run(FullHall.Replace("CLIMATE", "arizona", StringComparison.Ordinal), scenario)[0];

        Assert.Equal(0, run.ViolationSeconds);
        Assert.InRange(run.Emergency!.MostOff, 0, 48); // Nobody of production had to go.
        Assert.True(run.Emergency.Stopped.Seconds > 0);
    }

    [Fact]
    public void Without_a_fault_an_emergency_rule_changes_nothing()
    {
        var runs = Run(FullHall.Replace("CLIMATE", "arizona", StringComparison.Ordinal), """
            length: 1d
              startDay: 196
              workload: [{name: train, wave: {low: 0.2, high: 0.9}}]
              policies: [{name: without, supply: predictive}, {name: with, supply: predictive, emergency: {}}]
            """);

        Assert.Equal(runs[0].Energy, runs[1].Energy);
        Assert.Equal((null, 0.0), (runs[1].Emergency!.Caps.FromSeconds, runs[1].Emergency!.WorkLostShare));
    }

    [Fact]
    public void Fans_by_component_draw_less_and_keep_the_component_below_its_limit()
    {
        var runs = Run(FullHall.Replace("CLIMATE", "virginia", StringComparison.Ordinal), """
            length: 2d
              workload: [{name: train, hours: {from: 6, to: 22, high: 0.9, low: 0.1}}]
              policies: [{name: load}, {name: component, fans: component}]
            """);

        Assert.True(runs[1].Energy.ServerFans < runs[0].Energy.ServerFans * 0.7);
        Assert.InRange(runs[1].ComponentKelvin!.Value, -10, 0); // Bursts go above the target of −10 K.
        Assert.Null(runs[0].ComponentKelvin);
    }

    [Fact]
    public void Heat_is_sold_in_its_season_only()
    {
        const string site = """
            kind: Site
            name: s
            spec:
              plant: hall-1mw
              climate: {name: new-york}
              cooling: {heatReuse: 0.5, heatReuseCelsius: 45, heatDemand: {fromDay: 300, toDay: 100, price: 0.05}}
              tariff: {price: 0.1}
              halls: [{name: a, rows: [{name: L, racks: 4, servers: [{model: gb200-nvl72}]}]}]
            ---
            """;
        const string scenario = """
            length: 2d
              startDay: DAY
              workload: [{name: train, utilisation: 0.8}]
              policies: [{name: cold}, {name: warm, liquid: by-worth}]
            """;

        var (winter, summer) = (Run(site, scenario.Replace("DAY", "20", StringComparison.Ordinal)), Run(site, scenario.Replace("DAY", "200", StringComparison.Ordinal)));

        Assert.Equal((0.0, 0.0, 0.0), (winter[0].Energy.Reused, summer[0].Energy.Reused, summer[1].Energy.Reused));
        Assert.True(EnergyMetrics.Erf(winter[1].Energy).Value > 0.25);
        Assert.Equal(winter[1].Energy.Reused / 3.6e6 * 0.05, winter[1].HeatRevenue, 1e-6);
        Assert.True(winter[1].HeatRevenue > winter[1].Energy.Cost - winter[0].Energy.Cost);
    }

    [Theory]
    [InlineData("trim-and-respond", "")]
    [InlineData("predictive", "")]
    [InlineData("predictive", ", readsCelsius: -40")]
    [InlineData("predictive", ", readsCelsius: 4294967295")]
    [InlineData("hottest-inlet", ", readsCelsius: 127")]
    public void Broken_sensors_of_half_the_racks_lead_to_the_safe_supply_and_of_few_to_nothing(string supply, string reads)
    {
        const string scenario = """
            length: 3h
              startDay: 196
              workload: [{name: train, utilisation: 0.8}]
              policies: [{name: p, supply: SUPPLY, supplyCelsius: 19}]
              sensorFaults: [{at: 0s, for: 3h, racks: RACKS READS}]
            """;
        var text = scenario.Replace("SUPPLY", supply, StringComparison.Ordinal).Replace("READS", reads, StringComparison.Ordinal);
        var site = FullHall.Replace("CLIMATE", "virginia", StringComparison.Ordinal);

        var (half, few, none) = (Run(site, text.Replace("RACKS", "A", StringComparison.Ordinal))[0],
            Run(site, text.Replace("RACKS", "A2", StringComparison.Ordinal))[0], Run(site, text.Replace("RACKS", "C", StringComparison.Ordinal))[0]);

        Assert.Equal(19, half.MeanSupplyCelsius, 1e-9);
        Assert.Equal(none.Energy, few.Energy);
        Assert.True(none.MeanSupplyCelsius > 19.5);
    }

    [Theory]
    [InlineData("emergency: {horizon: 1m}", "spec.policies[0].emergency.horizon: 1m is too short for steps of 1m")]
    [InlineData("emergency: {hold: 0s}", "spec.policies[0].emergency.hold")]
    [InlineData("emergency: {reserveKelvin: 20}", "reserveKelvin")]
    [InlineData("horizon: 20m", "spec.policies[0].horizon: 20m is no horizon to plan in stages of 15m")]
    [InlineData("supply: predict", "predictive")]
    [InlineData("fans: loud", "component")]
    public void A_policy_that_makes_no_sense_is_refused(string policy, string message)
    {
        var read = ScenarioReader.Read("s.yaml", System.Text.Encoding.UTF8.GetBytes(Text(FullHall.Replace("CLIMATE", "virginia", StringComparison.Ordinal), $$"""
            length: 1d
              policies: [{name: p, {{policy}} }]
            """)));

        Assert.Contains(read.Errors, error => error.ToString().Contains(message, StringComparison.Ordinal));
    }

    private static string Text(string site, string spec) => $"""
        {site}

        kind: Scenario
        name: x
        spec:
          {spec}
        """;

    private static IReadOnlyList<ScenarioRun> Run(string site, string spec) => Simulated.Run(Text(site, spec)).Runs;
}
