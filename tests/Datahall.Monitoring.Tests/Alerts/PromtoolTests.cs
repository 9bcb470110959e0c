using System.Diagnostics;
using System.Globalization;
using System.Text;
using Datahall.Model;
using Datahall.Monitoring.Alerts;

namespace Datahall.Monitoring.Tests.Alerts;

/// <summary>What is exported means in Prometheus what it means here: its own program evaluates both.</summary>
public sealed class PromtoolTests
{
    private const int Steps = 240;
    private static readonly TimeSpan step = TimeSpan.FromSeconds(30);

    private static readonly AlertRule[] rules =
    [
        AlertEvaluatorTests.Rule("metric: gauge, compare: above, value: 12.5", "threshold"),
        AlertEvaluatorTests.Rule("metric: gauge, compare: below, value: 8, for: 90s, matchers: ['node!=\"n2\"']", "held"),
        AlertEvaluatorTests.Rule("metric: gauge, compare: atLeast, value: 14, keepFiringFor: 3m, matchers: ['node=~\"n[12]\"']", "kept"),
        AlertEvaluatorTests.Rule("metric: gauge, dividedBy: {metric: limit}, compare: above, value: 0.6, for: 30s", "ratio"),
        AlertEvaluatorTests.Rule("metric: gauge, by: [rack], compare: above, value: 26", "summed"),
        AlertEvaluatorTests.Rule("metric: gauge, aggregate: max, by: [rack], compare: above, value: 15", "highest"),
        AlertEvaluatorTests.Rule("metric: gauge, aggregate: avg, compare: below, value: 9", "mean"),
        AlertEvaluatorTests.Rule("metric: gauge, aggregate: count, compare: below, value: 4", "counted"),
        AlertEvaluatorTests.Rule("kind: rate, metric: counter_total, window: 4m, compare: above, value: 0.32", "rate"),
        AlertEvaluatorTests.Rule("kind: rate, metric: counter_total, matchers: ['status=\"5xx\"'], dividedBy: {metric: counter_total}, by: [route], window: 5m, compare: above, value: 0.5, for: 1m", "errors"),
        AlertEvaluatorTests.Rule("kind: absence, metric: gauge, matchers: ['node=\"n1\"', 'rack=~\".+\"'], window: 2m", "absent"),
        AlertEvaluatorTests.Rule("kind: absence, metric: gauge, by: [node, rack], window: 3m", "missed"),
        AlertEvaluatorTests.Rule("kind: prediction, metric: falling, window: 30m, ahead: 30m, compare: atMost, value: 0, confidence: 0", "falling"),
        AlertEvaluatorTests.Rule("kind: prediction, metric: late, window: 20m, ahead: 30m, compare: below, value: 20, confidence: 0", "late"),
        AlertEvaluatorTests.Rule("kind: prediction, metric: limit, window: 30m, ahead: 30m, compare: atLeast, value: 20, confidence: 0", "constant"),
        AlertEvaluatorTests.Rule("metric: node_load1, compare: above, value: 12.5", "exporter"),
        AlertEvaluatorTests.Rule("kind: prediction, metric: falling, window: 30m, ahead: 30m, compare: below, value: 5, for: 1m, keepFiringFor: 2m", "confident"),
    ];

    [Fact]
    public void Default_rules_pass_promtool()
    {
        var directory = Directory.CreateTempSubdirectory("datahall-rules-").FullName;
        File.WriteAllText(Path.Combine(directory, "rules.yml"), PrometheusRules.Write(DefaultAlertRules.All));

        var (code, output) = Promtool(directory, "check", "rules", "--lint-fatal", "rules.yml");

        Assert.True(code == 0, output);
        Assert.Contains($"{DefaultAlertRules.All.Count} rules found", output, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Texts_of_any_signs_come_back_from_promtool_as_they_are()
    {
        const string Odd = "fire \U0001F525 \u00fc\u00df \u4e2d \"said\" 'so' C:\\new \ttab\nline {x: y} # no comment \u0085\u2028\ufeff\u0001\u007f";
        var rule = AlertEvaluatorTests.Rule("metric: gauge, compare: above, value: 1", "odd");
        rule = rule with { Spec = rule.Spec with { Summary = Odd, Advice = Odd, Labels = new Dictionary<string, string> { ["note"] = Odd } } };
        var directory = Directory.CreateTempSubdirectory("datahall-rules-").FullName;
        var expected = string.Concat(Odd.EnumerateRunes().Select(static rune => rune.Value is >= 'a' and <= 'z' ? rune.ToString() : $"\\U{rune.Value:X8}"));
        File.WriteAllText(Path.Combine(directory, "rules.yml"), PrometheusRules.Write([rule]));
        File.WriteAllText(Path.Combine(directory, "test.yml"), $"""
            rule_files: [rules.yml]
            evaluation_interval: 30s
            tests:
            - interval: 30s
              input_series:
              - series: gauge
                values: 2 2
              alert_rule_test:
              - alertname: odd
                eval_time: 30s
                exp_alerts:
                - exp_labels:
                    severity: warning
                    note: "{expected}"
                  exp_annotations:
                    summary: "{expected}"
                    advice: "{expected}"
            """);

        var (code, output) = Promtool(directory, "test", "rules", "test.yml");

        Assert.True(code == 0, output);
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Alerts_are_the_same_as_those_of_Prometheus(int seed)
    {
        var table = Series(seed);
        var directory = Directory.CreateTempSubdirectory("datahall-rules-").FullName;
        File.WriteAllText(Path.Combine(directory, "rules.yml"), PrometheusRules.Write(rules));
        File.WriteAllText(Path.Combine(directory, "test.yml"), TestFile(table, out var firing));

        var (code, output) = Promtool(directory, "test", "rules", "test.yml");

        Assert.True(code == 0, $"seed {seed}, {directory}: {output[..Math.Min(output.Length, 4000)]}");
        Assert.Empty(rules.Select(static rule => rule.Name).Except(firing)); // Every rule fired at some time: the comparison means something.
        Directory.Delete(directory, recursive: true);
    }

    // Random walks with gaps, counters that begin anew, and rooms that fall at some pace.
    private static SeriesTable Series(int seed)
    {
        var random = new Random(seed);
        var table = new SeriesTable(step);
        for (var node = 1; node <= 4; node++)
        {
            var value = 10.0;
            double[] gauge = [.. Enumerable.Range(0, Steps).Select(_ => value = Math.Clamp(value + (random.NextDouble() * 4) - 2, 0, 20))];
            var gap = random.Next(20, Steps - 60);
            gauge.AsSpan(gap, 30).Fill(double.NaN);
            table.Add("gauge", $"node=n{node},rack=r{node % 2}", gauge).Add("limit", $"node=n{node},rack=r{node % 2}", [.. Enumerable.Repeat(20.0, Steps)]);
            table.Add("late", $"node=n{node}", Late(new(seed + node))).Add("node_load1", $"node=n{node},job=datahall-fleet", gauge);
            var pace = random.NextDouble() / 2;
            table.Add("falling", $"node=n{node}", [.. Enumerable.Range(0, Steps).Select(i => 80 - (pace * i) + (random.NextDouble() * 12))]);
        }

        foreach (var labels in (string[])["route=a,status=2xx", "route=a,status=5xx", "route=b,status=2xx", "route=b,status=5xx"])
        {
            var count = random.Next(0, 50);
            table.Add("counter_total", labels, [.. Enumerable.Range(0, Steps).Select(_ => (double)(count = random.Next(60) == 0 ? 0 : count + random.Next(0, 20)))]);
        }

        return table;
    }

    // Begins at some time, and stays away at others.
    private static double[] Late(Random random)
    {
        double[] values = [.. Enumerable.Range(0, Steps).Select(i => 60 - (0.2 * i) + (random.NextDouble() * 12))];
        values.AsSpan(0, random.Next(1, 40)).Fill(double.NaN);
        for (var gap = 0; gap < 3; gap++)
        {
            values.AsSpan(random.Next(40, Steps - 50), random.Next(1, 50)).Fill(double.NaN);
        }

        return values;
    }

    private static string TestFile(SeriesTable table, out HashSet<string> firing)
    {
        var text = new StringBuilder("rule_files: [rules.yml]\nevaluation_interval: 30s\ntests:\n- interval: 30s\n  input_series:\n");
        foreach (var (metric, labels, values) in table.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - series: '{metric}{{{string.Join(",", labels.Select(static label => $"{label.Key}=\"{label.Value}\""))}}}'\n");
            text.Append(CultureInfo.InvariantCulture, $"    values: '{string.Join(' ', values.Select(static value => double.IsNaN(value) ? "_" : value.ToString("R", CultureInfo.InvariantCulture)))}'\n");
        }

        // An exporter's own series of the same name is not what the rule means.
        text.Append(CultureInfo.InvariantCulture, $"  - series: 'node_load1{{node=\"n1\",job=\"node\"}}'\n    values: '99x{Steps}'\n");
        text.Append("  alert_rule_test:\n");
        var evaluator = new AlertEvaluator(table.Read, table.Read, SeriesTable.Start - TimeSpan.FromDays(1), AlertEvaluator.Lookback, []);
        firing = new(StringComparer.Ordinal);
        for (var i = 0; i < Steps; i++)
        {
            var look = evaluator.Look(rules, SeriesTable.Start + (i * step));
            foreach (var rule in i % 3 == 0 ? rules : [])
            {
                Expect(text, rule.Name, i, [.. look.Active.Where(alert => alert.Rule == rule.Name && alert.State is AlertState.Firing)]);
            }

            firing.UnionWith(look.Active.Where(static alert => alert.State is AlertState.Firing).Select(static alert => alert.Rule));
        }

        return text.ToString();
    }

    // The summaries have the values: they agree to four digits. promtool compares annotations too.
    private static void Expect(StringBuilder text, string rule, int step, List<ActiveAlert> alerts)
    {
        text.Append(CultureInfo.InvariantCulture, $"  - alertname: {rule}\n    eval_time: {step * 30}s\n    exp_alerts:{(alerts.Count == 0 ? " []" : "")}\n");
        foreach (var alert in alerts)
        {
            var labels = alert.Labels.Where(static label => label.Key is not AlertLabels.Name).Select(static label => $"{label.Key}: \"{label.Value}\"");
            text.Append(CultureInfo.InvariantCulture, $"    - exp_labels: {{{string.Join(", ", labels)}}}\n      exp_annotations: {{summary: \"{alert.Summary}\"}}\n");
        }
    }

    private static (int Code, string Output) Promtool(string directory, params string[] arguments)
    {
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo("promtool", arguments) { WorkingDirectory = directory, RedirectStandardError = true, RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("promtool is not installed: apt-get install prometheus");
        }

        using (process)
        {
            var error = process!.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + error.Result);
        }
    }
}
