using Datahall.Model.Manifests;
using Datahall.Twin.Traces;
using static Datahall.Twin.Tests.Energy.Simulated;

namespace Datahall.Twin.Tests.Energy;

public sealed class FeedCappingTests
{
    // 20 servers of 2 kW in two racks: 40 kW rated.
    private const string Hall = """
        kind: Site
        name: s
        spec:
          plant: room-100kw
          servers: [{name: flat, idle: 500W, max: 2kW}]
          cooling: {unitFans: 0}
          otherLoad: 0
          FEEDS
          halls: [{name: h, racks: [{name: a, RACKA servers: [{model: flat, count: 10}]}, {name: b, RACKB servers: [{model: flat, count: 10}]}], recirculation: {share: 0}}]
        ---
        """;

    private const string Groups = "{name: low, racks: a, utilisation: 0.9, caps: v100, deferrable: true}, {name: high, racks: b, utilisation: 0.9, caps: v100, priority: 5}";

    [Fact]
    public void A_row_at_80_percent_of_its_rating_never_exceeds_it_in_a_second_and_loses_at_most_2_and_a_half_percent()
    {
        using var folder = new Folder();
        File.WriteAllText(
            Path.Combine(folder.Path, "load.csv"), "seconds,all\n" + string.Join('\n', Enumerable.Range(0, 60).Select(static i => $"{i * 7},{(i % 3 == 0 ? 1.0 : i % 3 == 1 ? 0.9 : 0.97):0.00}")) + "\n");
        const string row = """
            kind: Site
            name: s
            spec:
              plant: room-100kw
              servers: [{name: v100, idle: 60W, max: 250W}]
              cooling: {unitFans: 0}
              feeds: [{name: row, kind: rack, rating: 32kW, loss: {}}]
              halls: [{name: h, rows: [{name: A, racks: 16, servers: [{model: v100, count: 10}]}], recirculation: {share: 0}}]
            ---
            """;

        var run = Run(row + Scenario("length: 10m\n  step: 1s", "{name: all, file: load.csv, caps: v100}", "{name: p, capping: {when: always}}"), folder.Path).Runs[0];

        Assert.InRange(run.PeakBoardWatts, 0.6 * 40_000, 0.8 * 40_000);
        Assert.Equal(0, run.OverloadSeconds);
        Assert.InRange(run.WorkLostShare, 0.001, 0.025); // Equal caps of 80 % lose 2.8 % of the throughput.
        Assert.Equal(600, run.CappedSeconds, 1e-6);
    }

    [Fact]
    public void A_feed_that_fills_up_is_capped_within_seconds_and_let_go_when_the_load_falls()
    {
        // At 0.9 a server draws 1850 W: 37 kW behind 30 kW, from 1 to 2 h.
        var groups = Groups.Replace("utilisation: 0.9", "hours: {from: 1, to: 2, high: 0.9}", StringComparison.Ordinal);

        var run = Run(Of("feeds: [{name: ups, kind: ups, rating: 30kW, loss: {}}]") + Scenario("length: 4h", groups, "{name: p, capping: {}}")).Runs[0];

        Assert.Equal(2, run.OverloadSeconds, 1e-6); // One second to see it, one for the devices.
        Assert.Equal(37.0 / 30, run.WorstFeedLoad, 1e-9);
        Assert.InRange(run.CappedSeconds, 3500, 3700);
        Assert.Equal(0, run.FeedExcessWatts);
        Assert.Equal(0, run.WorkPausedShare); // Caps suffice.
    }

    [Fact]
    public void Caps_of_always_are_there_before_the_load_comes()
    {
        // 28 kW for 40 kW rated: the low rack is capped and paused in part at any load.
        var groups = Groups.Replace("utilisation: 0.9", "hours: {from: 1, to: 2, high: 0.9}", StringComparison.Ordinal);
        var low = Run(Of("feeds: [{name: ups, kind: ups, rating: 28kW, loss: {}}]") + Scenario("length: 4h", groups, "{name: p, capping: {when: always}}")).Runs[0];

        Assert.Equal(0, low.OverloadSeconds);
        Assert.Equal(0, low.FeedExcessWatts);
        Assert.InRange(low.WorkLostShare, 0.02, 0.2);
    }

    [Fact]
    public void One_of_two_alike_feeds_lost_is_carried_by_the_other_within_its_rating()
    {
        var site = Of("feeds: [{name: ups, kind: ups, rating: 25kW, count: 2, loss: {}}]");
        var spec = "length: 4h\n  faults: [{at: 1h, for: 1h, feed: ups, units: 1}]";

        var runs = Run(site + Scenario(spec, Groups, "{name: bare}, {name: guard, capping: {}}")).Runs;

        Assert.Equal(3600, runs[0].OverloadSeconds, 1e-6); // 37 kW on 25 kW.
        Assert.Equal(2, runs[1].OverloadSeconds, 1e-6);
        Assert.Equal(0, runs[1].UnservedShare);
        Assert.True(runs[1].WorkLostShare > 0);
    }

    [Fact]
    public void Racks_behind_a_lost_feed_are_dark_and_start_again()
    {
        var site = Of("feeds: [{name: a, kind: pdu, rating: 40kW, loss: {}}, {name: b, kind: pdu, rating: 40kW, loss: {}}]", "feed: a,", "feed: b,")
            .Replace("max: 2kW}", "max: 2kW, sleep: {power: 10W, up: 30m}}", StringComparison.Ordinal);
        var run = Run(site + Scenario("length: 4h\n  faults: [{at: 1h, for: 1h, feed: a}]", Groups, "{name: p}")).Runs[0];

        Assert.Equal(1.5 / 4 / 2, run.UnservedShare, 1e-9); // An hour without power and half an hour of starting, of half the work.
        Assert.Equal(((2.5 * 18.5) + (0.5 * 5) + (4 * 18.5)) * 3.6e6, run.Energy.It, 1e5);
        Assert.Equal(0, run.OverloadSeconds);
    }

    [Fact]
    public void Racks_without_a_feed_of_their_own_move_to_the_siblings()
    {
        var site = Of("feeds: [{name: a, kind: pdu, rating: 40kW, loss: {}}, {name: b, kind: pdu, rating: 40kW, loss: {}}]");
        var run = Run(site + Scenario("length: 4h\n  faults: [{at: 1h, for: 1h, feed: a}]", Groups, "{name: p}")).Runs[0];

        Assert.Equal(0, run.UnservedShare);
        Assert.Equal(37.0 / 40, run.WorstFeedLoad, 1e-9);
    }

    [Fact]
    public void A_quarter_less_for_three_hours_is_shed_within_seconds_by_caps_and_by_pausing()
    {
        var site = Of("feeds: [{name: ups, kind: ups, rating: 50kW, loss: {}}]");
        var spec = "length: 12h\n  demandResponse: [{at: 4h, for: 3h, share: 0.25}]";

        var runs = Run(site + Scenario(spec, Groups, "{name: bare}, {name: answers, capping: {}}")).Runs;

        var (bare, answer) = (runs[0].DemandResponses[0], runs[1].DemandResponses[0]);
        Assert.Equal(0, bare.ShedShare, 1e-3);
        Assert.Null(bare.ResponseSeconds);
        Assert.InRange(answer.ShedShare, 0.25, 0.29);
        Assert.InRange(answer.ResponseSeconds!.Value, 1, 60);
        Assert.InRange(answer.AboveSeconds, 0, 60);
        Assert.InRange(runs[1].WorkLostShare, 0, 0.1);
        Assert.True(runs[1].WorkPausedShare > 0);
        Assert.Equal(0, runs[1].WorkOwedShare, 1e-9); // Done by the end.
    }

    [Fact]
    public void A_rack_keeps_its_own_limit()
    {
        var run = Run(Of("feeds: [{name: ups, kind: ups, rating: 50kW, loss: {}}]", "powerLimit: 15kW,")
            + Scenario("length: 1h", "{name: all, utilisation: 1, caps: v100}", "{name: p, capping: {}}")).Runs[0];

        Assert.InRange(run.PeakBoardWatts, 30_000, 35_000);
        Assert.Equal(0, run.FeedExcessWatts);
    }

    [Theory]
    [InlineData("feed: x", "spec.faults[0].feed: there is no feed 'x'; there is ups")]
    [InlineData("feed: ups, units: 3", "spec.faults[0].units: feed 'ups' has 1 units, not 3")]
    public void A_fault_of_a_feed_that_is_not_there_is_an_error(string fault, string message)
    {
        var text = Of("feeds: [{name: ups, kind: ups, rating: 50kW, loss: {}}]") + Scenario($"length: 1h\n  faults: [{{at: 0s, for: 1h, {fault}}}]", Groups, "{name: p}");

        Assert.Equal(message, Assert.Throws<TraceException>(() => Run(text)).Message);
    }

    [Theory]
    [InlineData("capping: {release: 0.96}", "", "release 0.96, target 0.95 and trip 0.99 must rise")]
    [InlineData("capping: {}, boardLimit: 1kW", "", "is another way to set the same caps as 'capping'")]
    [InlineData("lowestCelsius: 15", "demandResponse: [{at: 1m, for: 1h, share: 0.2}]", "leaves no 15m before it to compare with")]
    [InlineData("lowestCelsius: 15", "faults: [{at: 1m, for: 1h, units: 2}]", "units of which feed?")]
    public void What_makes_no_sense_is_refused(string policy, string field, string message)
    {
        var text = Of("") + Scenario($"length: 1h\n  {field}", Groups, $"{{name: p, {policy}}}");

        var read = ScenarioReader.Read("s.yaml", System.Text.Encoding.UTF8.GetBytes(text));

        Assert.Contains(message, Assert.Single(read.Errors).ToString(), StringComparison.Ordinal);
    }

    private static string Of(string feeds, string rackA = "", string rackB = "") =>
        Hall.Replace("FEEDS", feeds, StringComparison.Ordinal).Replace("RACKA", rackA, StringComparison.Ordinal).Replace("RACKB", rackB, StringComparison.Ordinal);
}
