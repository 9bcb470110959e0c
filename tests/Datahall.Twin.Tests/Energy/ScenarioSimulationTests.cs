using Datahall.Energy.Metrics;
using Datahall.Twin.Energy;
using Datahall.Twin.Traces;
using static Datahall.Twin.Tests.Energy.Simulated;

namespace Datahall.Twin.Tests.Energy;

public sealed class ScenarioSimulationTests
{
    private const string Hall = """
        kind: Site
        name: s
        spec:
          plant: room-100kw
          servers: [{name: flat, idle: 1kW, max: 2kW}]
          cooling: {unitFans: 0}
          otherLoad: 0
          feeds: [{name: ups, kind: ups, rating: 1MW, loss: {}}]
          tariff: {currency: EUR, price: 0.1, periods: [{from: 22, to: 6, price: 0.05}]}
          carbon: {gramsPerKilowattHour: 400, renewableShare: 0.25}
          halls: [{name: h, racks: [{name: a, servers: [{model: flat, count: 10}]}, {name: b, servers: [{model: flat, count: 10}]}], recirculation: {share: 0}}]
        ---
        """;

    [Fact]
    public void A_day_has_the_energy_cost_and_carbon_that_a_pencil_gives()
    {
        // 20 servers at 1.5 kW from 8 to 20 h, 1 kW else; cooled at 20 °C with a COP of 3.194.
        var run = Only(Hall + Scenario("length: 1d", "{name: day, hours: {from: 8, to: 20, high: 0.5}}", "{name: p, supplyCelsius: 20}"));

        var it = 20 * ((12 * 1.5) + (12 * 1.0));
        var total = it * (1 + (1 / 3.194));
        Assert.Equal(it, run.Energy.It / 3.6e6, 1e-6);
        Assert.Equal(total, run.Energy.Total / 3.6e6, 0.05);
        Assert.Equal(1 + (1 / 3.194), EnergyMetrics.Pue(run.Energy).Value, 1e-4);
        Assert.Equal(total * 0.4, run.Energy.CarbonGrams / 1000, 0.05);
        Assert.Equal(0.25, EnergyMetrics.Ref(run.Energy).Value, 1e-9);

        // From 22 to 6 h, at 20 kW, the cheap price.
        Assert.Equal((total * 0.1) - (8 * 20 * (1 + (1 / 3.194)) * 0.05), run.Energy.Cost, 0.01);
        Assert.Equal(30 * (1 + (1 / 3.194)), run.PeakWatts / 1000, 0.01);
    }

    [Fact]
    public void The_same_scenario_gives_the_same_report()
    {
        var (a, b) = (Run(Hall + Week), Run(Hall + Week));

        Assert.Equal(a.Runs, b.Runs);
    }

    [Fact]
    public void A_finer_step_changes_little()
    {
        var (coarse, fine) = (Only(Hall + Week), Only(Hall + Week.Replace("length: 2d", "length: 2d\n  step: 10s", StringComparison.Ordinal)));

        Assert.Equal(fine.Energy.Total, coarse.Energy.Total, fine.Energy.Total * 1e-3);
    }

    [Fact]
    public void A_file_gives_the_load_and_begins_again()
    {
        using var folder = new Folder();
        File.WriteAllText(Path.Combine(folder.Path, "load.csv"), "seconds,day\n0,0\n3600,1\n");

        var run = Run(Hall + Scenario("length: 4h", "{name: day, file: load.csv}", "{name: p}"), folder.Path).Runs[0];

        Assert.Equal(20 * (1 + 2 + 1 + 2), run.Energy.It / 3.6e6, 1e-6);
    }

    [Theory]
    [InlineData("seconds,other\n0,0\n", "there is no column 'day'")]
    [InlineData("seconds,day\n0,0\n", "has 1 rows; give two or more")]
    [InlineData("seconds,day\n5,0\n9,0\n", ":2: seconds is '5'; it must be 0 in the first row")]
    [InlineData("seconds,day\n0,0\n9,1.5\n", ":3: day is '1.5'; it must be a utilisation from 0 to 1")]
    [InlineData("seconds,day\n0,0\n9,x\n", ":3: day is 'x'; it must be a number, 0 or more")]
    public void A_file_that_cannot_be_used_says_where(string text, string message)
    {
        using var folder = new Folder();
        File.WriteAllText(Path.Combine(folder.Path, "load.csv"), text);

        var error = Assert.Throws<TraceException>(() => Run(Hall + Scenario("length: 4h", "{name: day, file: load.csv}", "{name: p}"), folder.Path));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recirculation_from_a_file_warms_the_inlets()
    {
        using var folder = new Folder();
        File.WriteAllText(Path.Combine(folder.Path, "d.mtx"), "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 0.0003\n");
        var text = Hall + Scenario("length: 4h\n  recirculation: [{hall: h, file: d.mtx}]", "{name: day, utilisation: 0}", "{name: p, supplyCelsius: 20}");

        // 10 kW in the one rack lift the inlet of the other by 3 K; the servers take 35 °C.
        Assert.Equal(20 + 3 - 35, Run(text, folder.Path).Runs[0].WorstInletKelvin, 1e-6);
        File.WriteAllText(Path.Combine(folder.Path, "d.mtx"), "%%MatrixMarket matrix coordinate real general\n1 1 0\n");
        Assert.Contains("is for 1 racks; hall 'h' has 2", Assert.Throws<TraceException>(() => Run(text, folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("the site has no hall 'x'", Assert.Throws<TraceException>(() => Run(text.Replace("hall: h", "hall: x", StringComparison.Ordinal), folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_without_servers_is_an_error() =>
        Assert.StartsWith("spec.workload[0]: no server is in group 'day'", Assert.Throws<TraceException>(
            () => Run(Hall + Scenario("length: 4h", "{name: day, hall: moon, utilisation: 1}", "{name: p}"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Weather_from_a_file_is_that_of_the_file()
    {
        var weather = ScenarioWeather.Of(new(), SharedData.Find("energy/sustaindc/weather_AZ.csv"));

        Assert.Equal(8.30, weather.At(0).DryBulbCelsius, 1e-9);
        Assert.Equal(8.60, weather.At(0.5).DryBulbCelsius, 1e-9);
        Assert.Equal(8.90, weather.At(8760 + 1).DryBulbCelsius, 1e-9);
        Assert.Equal(-6.1, weather.At(0).DewPointCelsius, 1.0); // The file's own, rounded to whole humidity.
    }

    [Theory]
    [InlineData("NY", "new-york")]
    [InlineData("AZ", "arizona")]
    [InlineData("VA", "virginia")]
    [InlineData("WA", "washington")]
    public void Climates_of_the_catalogue_fit_the_years_they_were_made_from(string file, string climate)
    {
        var measured = ScenarioWeather.Of(new(), SharedData.Find($"energy/sustaindc/weather_{file}.csv"));
        var wave = ScenarioWeather.Of(new() { Climate = new() { Name = climate } }, null);
        var hours = Enumerable.Range(0, 8760).Select(static hour => (double)hour).ToList();

        Assert.Equal(hours.Average(hour => measured.At(hour).DryBulbCelsius), hours.Average(hour => wave.At(hour).DryBulbCelsius), 0.1);
        Assert.Equal(hours.Average(hour => measured.At(hour).WetBulbCelsius), hours.Average(hour => wave.At(hour).WetBulbCelsius), 1.0);
        Assert.InRange(Math.Sqrt(hours.Average(hour => Math.Pow(measured.At(hour).DryBulbCelsius - wave.At(hour).DryBulbCelsius, 2))), 0, 5.5);
    }

    [Theory]
    [InlineData("new-york")]
    [InlineData("arizona")]
    [InlineData("virginia")]
    [InlineData("washington")]
    public void Least_power_saves_a_fifth_of_the_cooling_in_every_climate_and_more_energy_than_trim_and_respond(string climate)
    {
        var site = $$"""
            kind: Site
            name: s
            spec:
              plant: hall-1mw
              climate: {name: {{climate}}}
              halls: [{name: a, rows: [{name: A, racks: 12, servers: [{model: dgx-h100, count: 4}]}, {name: B, racks: 12, servers: [{model: dgx-h100, count: 4}]}]}]
            ---
            """;
        var runs = Run(site + Scenario(
            "length: 365d\n  step: 15m",
            "{name: train, utilisation: 0.8}",
            "{name: fixed}, {name: trim, supply: trim-and-respond}, {name: least, supply: least-power}")).Runs;

        Assert.All(runs, static run => Assert.Equal(0, run.ViolationSeconds));
        Assert.InRange(runs[2].Energy.Cooling / runs[0].Energy.Cooling, 0.5, 0.8);
        Assert.True(runs[2].Energy.Total < runs[1].Energy.Total);
    }

    [Fact]
    public void Chillers_out_of_order_warm_the_hall_until_inlets_are_above_their_limits()
    {
        var site = Hall.Replace("room-100kw", "hall-1mw", StringComparison.Ordinal).Replace("max: 2kW", "max: 40kW, inletMaxCelsius: 30", StringComparison.Ordinal);
        var fault = Scenario("length: 6h\n  startDay: 200\n  faults: [{at: 2h, for: 1h, chillers: 3}]", "{name: day, utilisation: 1}", "{name: p, supplyCelsius: 22}");

        var run = Only(site + fault);

        Assert.InRange(run.FirstViolationSeconds!.Value, 7200 + 60, 7200 + 3000);
        Assert.True(run.UnmetHeat > 0);
        Assert.InRange(run.ViolationSeconds, 60, 2.5 * 3600);
    }

    [Fact]
    public void Boards_stay_within_their_limit_and_lower_priorities_pay()
    {
        // Two racks of 20 kW rated; 32 kW for both: the low one is capped to 12 kW, which is 0.6.
        const string groups = "{name: low, racks: a, utilisation: 1, caps: v100}, {name: high, racks: b, utilisation: 1, caps: v100, priority: 5}";

        var run = Only(Hall + Scenario("length: 4h", groups, "{name: p, boardLimit: 32kW}"));

        Assert.Equal(32_000, run.PeakBoardWatts, 1e-6); // Mean power would be 0.785 of 20 kW, above the cap: the cap holds.
        Assert.Equal((1 - (1 / 1.088)) / 2, run.WorkLostShare, 1e-9);
        Assert.Equal(0, run.BoardExcessWatts);
    }

    [Fact]
    public void Idle_servers_sleep_and_that_saves_energy()
    {
        var site = Hall.Replace("max: 2kW}", "max: 2kW, sleep: {power: 10W}}", StringComparison.Ordinal);
        var run = Run(site + Scenario("length: 1d", "{name: day, hours: {from: 8, to: 20, high: 0.5}}", "{name: awake}, {name: sleep, sleep: {}}"));

        // At night 1 of 10 stays awake, by day 8 of 10; a day begins with work for 5 on that one, for the 260 s that waking takes.
        Assert.InRange(run.Runs[1].MeanAsleep, 10, 13);
        Assert.InRange(run.Runs[1].UnservedShare, 0.003, 0.008);
        Assert.Equal(2 * 7, run.Runs[1].Wakes);
        Assert.True(run.Runs[1].Energy.Total < run.Runs[0].Energy.Total * 0.6);
    }

    [Fact]
    public void A_limit_that_caps_cannot_keep_is_told()
    {
        var run = Only(Hall + Scenario("length: 4h", "{name: all, utilisation: 1}", "{name: p, boardLimit: 30kW}"));

        Assert.Equal(10_000, run.BoardExcessWatts, 1e-6);
        Assert.Equal(0, run.WorkLostShare);
    }

    [Fact]
    public void One_more_watt_costs_itself_and_what_moves_its_heat()
    {
        var price = Only(Hall + Scenario("length: 1d", "{name: day, utilisation: 0.5}", "{name: p, supplyCelsius: 20}")).Price!;

        Assert.Equal(1 + (1 / 3.194), price.Mean, 1e-4); // At 20 °C the COP is 3.194; the racks are alike.
        Assert.Equal((price.Lowest, price.Lowest), (price.Highest, price.Mean));
        Assert.Equal(("h/a", "h/a"), (price.LowestRack, price.HighestRack));
    }

    [Fact]
    public void Where_the_supply_follows_the_hottest_inlet_it_matters_where_a_watt_is_drawn()
    {
        const string rows = """
            kind: Site
            name: s
            spec:
              plant: hall-1mw
              climate: {name: virginia}
              halls: [{name: h, rows: [{name: A, racks: 6, servers: [{model: dgx-h100, count: 4}]}, {name: B, racks: 6, servers: [{model: dgx-h100, count: 4}]}]}]
            ---
            """;

        var price = Only(rows + Scenario("length: 1d", "{name: day, utilisation: 0.8}", "{name: p, supply: hottest-inlet}")).Price!;

        Assert.NotEqual(price.LowestRack, price.HighestRack);
        Assert.True(price.Lowest < price.Mean && price.Mean < price.Highest, price.ToString());
    }

    [Fact]
    public void Feeds_above_their_rating_are_counted()
    {
        var run = Only(Hall.Replace("rating: 1MW", "rating: 25kW", StringComparison.Ordinal) + Scenario("length: 1d", "{name: day, hours: {from: 8, to: 20, high: 0.5}}", "{name: p}"));

        Assert.Equal(12 * 3600, run.OverloadSeconds, 1e-6);
        Assert.Equal(30.0 / 25, run.WorstFeedLoad, 1e-9);
    }

    private static string Week => Scenario("length: 2d", "{name: day, wave: {low: 0.2, high: 0.9}}", "{name: p, supply: hottest-inlet}");

    private static ScenarioRun Only(string text) => Run(text).Runs[0];
}
