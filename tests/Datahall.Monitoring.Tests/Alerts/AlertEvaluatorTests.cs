using Datahall.Model;
using Datahall.Model.Manifests;
using Datahall.Monitoring.Alerts;

namespace Datahall.Monitoring.Tests.Alerts;

public sealed class AlertEvaluatorTests
{
    private const double No = double.NaN;
    private static readonly TimeSpan step = TimeSpan.FromSeconds(30);

    // p pending, f firing, - nothing; a letter each step.
    [Theory]
    [InlineData("metric: m, compare: above, value: 5", new[] { 1.0, 6, 7, 5, 6 }, "-ff-f")]
    [InlineData("metric: m, compare: above, value: 5, for: 1m", new[] { 6.0, 6, 6, 6, 1, 6, 6 }, "ppff-pp")]
    [InlineData("metric: m, compare: above, value: 5, for: 1m", new[] { 6.0, 1, 6, 1, 6 }, "p-p-p")]
    [InlineData("metric: m, compare: above, value: 5, keepFiringFor: 1m", new[] { 6.0, 1, 6, 1, 1, 1 }, "fffff-")]
    [InlineData("metric: m, compare: below, value: 5", new[] { 6.0, 5, 4, No, No }, "--fff")]
    [InlineData("metric: m, compare: atMost, value: 5", new[] { 6.0, 5 }, "-f")]
    [InlineData("metric: m, compare: notEqual, value: 5", new[] { 5.0, 6 }, "-f")]
    [InlineData("kind: absence, metric: m, window: 1m", new[] { 1.0, 1, No, No, No, No, 1 }, "----ff-")]
    [InlineData("kind: rate, metric: m, window: 1m, compare: above, value: 0.5", new[] { 0.0, 3, 30, 60, 60, 60, 60, 0, 60 }, "---f----f")]
    public void Look_follows_an_alert(string spec, double[] values, string expected) =>
        Assert.Equal(expected, States(spec, new SeriesTable(step).Add("m", "a=b", values), values.Length));

    [Fact]
    public void Look_divides_series_of_the_same_labels()
    {
        var table = new SeriesTable(step).Add("used", "feed=a", 95, 50).Add("used", "feed=b", 50, 50).Add("used", "feed=c", 99, 99).Add("limit", "feed=a", 100, 100).Add("limit", "feed=b", 100, 100);

        var look = Evaluator(table).Look([Rule("metric: used, dividedBy: {metric: limit}, compare: above, value: 0.9")], SeriesTable.Start);

        var alert = Assert.Single(look.Active);
        Assert.Equal(("a", 0.95, 2), (alert.Labels["feed"], alert.Value, look.Rules[0].Results));
    }

    [Fact]
    public void Look_joins_series_by_labels()
    {
        var table = new SeriesTable(step).Add("m", "route=a,status=5xx", 0, 60).Add("m", "route=a,status=2xx", 0, 540).Add("m", "route=b,status=5xx", 0, 6).Add("m", "route=b,status=2xx", 0, 594);

        var look = Evaluator(table).Look([Rule("kind: rate, metric: m, matchers: ['status=\"5xx\"'], dividedBy: {metric: m}, by: [route], window: 1m, compare: above, value: 0.05")], SeriesTable.Start + step);

        var alert = Assert.Single(look.Active);
        Assert.Equal(("a", 0.1), (alert.Labels["route"], Math.Round(alert.Value, 9)));
        Assert.False(alert.Labels.ContainsKey("status"));
    }

    [Fact]
    public void An_absence_by_labels_misses_each_for_itself()
    {
        var table = new SeriesTable(step).Add("up", "node=a", 1, 1, 1, 1, 1, 1).Add("up", "node=b", 1, 1, No, No, No, No);

        var look = Evaluator(table).Look([Rule("kind: absence, metric: up, by: [node], window: 1m")], SeriesTable.Start + (5 * step));

        Assert.Equal("b", Assert.Single(look.Active).Labels["node"]);
    }

    /// <summary>A disk that fills at 1 GB a minute from 100 GB, and one whose room goes up and down.</summary>
    [Fact]
    public void A_prediction_announces_what_will_happen_before_it_does()
    {
        double[] filling = [.. Enumerable.Range(0, 100).Select(static minute => 100e9 - (minute * 1e9))];
        double[] restless = [.. Enumerable.Range(0, 100).Select(static minute => 100e9 + (minute * 7 % 20 * 4e9) - (minute * 0.2e9))];
        var table = new SeriesTable(TimeSpan.FromMinutes(1)).Add("room", "node=a", filling).Add("room", "node=b", restless);
        var evaluator = Evaluator(table);
        var rule = Rule("kind: prediction, metric: room, window: 30m, ahead: 30m, compare: atMost, value: 0");

        var first = Enumerable.Range(0, 100).Select(minute => (Minute: minute, Look: evaluator.Look([rule], SeriesTable.Start + TimeSpan.FromMinutes(minute)))).First(static at => at.Look.Active.Count > 0);

        Assert.Equal(70, first.Minute); // Full at minute 100: announced 30 minutes ahead.
        Assert.Equal("a", Assert.Single(first.Look.Active).Labels["node"]);
        Assert.DoesNotContain(evaluator.Look([rule], SeriesTable.Start + TimeSpan.FromMinutes(99)).Active, static alert => alert.Labels["node"] == "b");
    }

    [Theory]
    [InlineData(20, 5, 0)] // It has been there for 5 minutes of 20.
    [InlineData(20, 11, 1)] // For more than half of them.
    public void A_prediction_waits_until_half_of_its_window_has_samples(int window, int minutes, int alerts)
    {
        double[] warming = [.. Enumerable.Repeat(No, 60 - (2 * minutes)), .. Enumerable.Range(0, (2 * minutes) + 1).Select(static i => 30 + (4.0 * i))];

        var look = Evaluator(new SeriesTable(step).Add("m", "a=b", warming)).Look([Rule($"kind: prediction, metric: m, window: {window}m, ahead: 15m, compare: above, value: 92")], SeriesTable.Start + (60 * step));

        Assert.Equal((alerts, alerts), (look.Active.Count, look.Rules[0].Results));
    }

    [Fact]
    public void A_prediction_that_is_to_fit_nothing_takes_values_that_are_all_the_same()
    {
        var look = Evaluator(new SeriesTable(step).Add("m", "a=b", 5, 5, 5)).Look([Rule("kind: prediction, metric: m, window: 1m, ahead: 1h, compare: above, value: 4, confidence: 0")], SeriesTable.Start + (2 * step));

        Assert.Single(look.Active);
    }

    [Fact]
    public void A_rule_holds_where_one_of_several_results_with_the_same_labels_does()
    {
        var table = new SeriesTable(step).Add("m", "a=1", 1).Add("m", "a=2", 6).Add("m", "a=3", 1);

        var look = Evaluator(table).Look([Rule("metric: m, compare: above, value: 5, labels: {a: all}")], SeriesTable.Start);

        Assert.Equal(6, Assert.Single(look.Active).Value);
    }

    /// <summary>Three failures in ten minutes are 0.005 a second. For eight minutes after a restart the counter has seen fewer.</summary>
    [Fact]
    public void A_rate_that_fired_before_a_restart_goes_on_until_its_window_has_passed()
    {
        var rule = Rule("kind: rate, metric: m, window: 10m, compare: above, value: 0.004");
        double[] failures = [.. Enumerable.Range(0, 41).Select(static i => (double)(i / 6))]; // One each 3 minutes.
        var fired = Evaluator(new SeriesTable(step).Add("m", "a=b", failures)).Look([rule], SeriesTable.Start + (40 * step)).Active[0];
        var table = new SeriesTable(step).Add("m", "a=b", failures).Add("m", "a=c", [.. failures.Select(static _ => 0.0)]);
        var after = new AlertEvaluator(table.Read, table.Read, SeriesTable.Start, TimeSpan.FromMinutes(1), [fired, Renamed(fired, "c")]);

        var looks = Enumerable.Range(0, 41).Select(i => after.Look([rule], SeriesTable.Start + (i * step))).ToList();

        Assert.All(looks, static look => Assert.Contains(look.Active, static alert => alert.Labels["a"] == "b"));
        Assert.Equal(SeriesTable.Start + TimeSpan.FromMinutes(10), looks.First(static look => look.Ended.Count > 0).At); // What does not fail any more ends then.
        Assert.All(looks, static look => Assert.Empty(look.Begun));
    }

    [Fact]
    public void What_fired_before_a_restart_goes_on_without_a_break()
    {
        var rule = Rule("metric: m, compare: above, value: 5, for: 1m");
        var before = Evaluator(new SeriesTable(step).Add("m", "a=b", 6, 6, 6));
        ActiveAlert fired = Enumerable.Range(0, 3).Select(i => before.Look([rule], SeriesTable.Start + (i * step))).Last().Active[0];
        var table = new SeriesTable(step).Add("m", "a=b", No, No, 6, 1);

        var after = new AlertEvaluator(table.Read, table.Read, SeriesTable.Start, AlertEvaluator.Lookback, [fired]);
        var looks = Enumerable.Range(0, 4).Select(i => after.Look([rule], SeriesTable.Start + (i * step))).ToList();

        Assert.Equal("True,True,False,", string.Join(',', looks.Select(static look => look.Active is [var alert] ? alert.IsWithoutData.ToString() : "")));
        Assert.All(looks, static look => Assert.Empty(look.Begun));
        Assert.Equal(AlertState.Resolved, Assert.Single(looks[3].Ended).State);
    }

    [Fact]
    public void What_fired_before_a_restart_ends_when_its_series_do_not_come_back()
    {
        var rule = Rule("metric: m, compare: above, value: 5");
        var fired = Evaluator(new SeriesTable(step).Add("m", "a=b", 6)).Look([rule], SeriesTable.Start).Active[0];
        var after = new AlertEvaluator(new SeriesTable(step).Read, new SeriesTable(step).Read, SeriesTable.Start, AlertEvaluator.Lookback, [fired]);

        Assert.Single(after.Look([rule], SeriesTable.Start + TimeSpan.FromMinutes(9)).Active);
        Assert.Single(after.Look([rule], SeriesTable.Start + TimeSpan.FromMinutes(10)).Ended);
    }

    [Fact]
    public void A_rule_that_is_disabled_or_gone_ends_its_alerts()
    {
        var rule = Rule("metric: m, compare: above, value: 5");
        var evaluator = Evaluator(new SeriesTable(step).Add("m", "a=b", 6, 6));

        Assert.Single(evaluator.Look([rule], SeriesTable.Start).Begun);
        Assert.Single(evaluator.Look([rule with { Spec = rule.Spec with { Disabled = true } }], SeriesTable.Start + step).Ended);
    }

    [Fact]
    public void A_rule_without_data_says_so()
    {
        var look = Evaluator(new SeriesTable(step)).Look([Rule("metric: none, compare: above, value: 5")], SeriesTable.Start);

        Assert.Equal(new RuleLook("r", 0, 0, 0), Assert.Single(look.Rules));
    }

    [Fact]
    public void Nothing_is_missed_before_it_can_be_known()
    {
        var evaluator = new AlertEvaluator(new SeriesTable(step).Read, new SeriesTable(step).Read, SeriesTable.Start, AlertEvaluator.Lookback, []);
        var rule = Rule("kind: absence, metric: m, window: 2m");

        Assert.Empty(evaluator.Look([rule], SeriesTable.Start + TimeSpan.FromMinutes(1)).Active);
        Assert.Single(evaluator.Look([rule], SeriesTable.Start + TimeSpan.FromMinutes(2)).Active);
    }

    internal static AlertRule Rule(string spec, string name = "r")
    {
        var read = ManifestReader.Read("m", $"kind: AlertRule\nname: {name}\nspec: {{{spec}, summary: 's {{{{ $value | humanize }}}}'}}\n");
        Assert.Empty(read.Errors);
        return (AlertRule)read.Resources[0];
    }

    private static ActiveAlert Renamed(ActiveAlert alert, string value)
    {
        var labels = new Dictionary<string, string>(alert.Labels) { ["a"] = value };
        return alert with { Labels = labels, Fingerprint = AlertLabels.FingerprintOf(labels) };
    }

    private static AlertEvaluator Evaluator(SeriesTable table) => new(table.Read, table.Read, SeriesTable.Start - TimeSpan.FromDays(1), AlertEvaluator.Lookback, []);

    private static string States(string spec, SeriesTable table, int steps)
    {
        var (evaluator, rule) = (Evaluator(table), Rule(spec));
        return string.Concat(Enumerable.Range(0, steps).Select(i => evaluator.Look([rule], SeriesTable.Start + (i * step)).Active switch
        {
            [] => '-',
            [{ State: AlertState.Pending }] => 'p',
            _ => 'f',
        }));
    }
}
