using Datahall.Model.Manifests;

namespace Datahall.Model.Tests.Manifests;

public sealed class AlertRuleRulesTests
{
    [Theory]
    [InlineData("metric: node_load1, compare: above, value: 8")]
    [InlineData("metric: datahall_gateway_requests_total, kind: rate, matchers: ['status=~\"5..\"'], dividedBy: {metric: datahall_gateway_requests_total}, by: [route], compare: above, value: 0.05, window: 10m")]
    [InlineData("metric: datahall_node_up, kind: absence, by: [node], window: 2m")]
    [InlineData("metric: node_filesystem_avail_bytes, kind: prediction, window: 6h, ahead: 4h, compare: atMost, value: 0, confidence: 0.5, keepFiringFor: 1h")]
    public void Check_takes_a_rule_of_each_kind(string spec) => Assert.Empty(Errors($"{spec}, summary: 'x {{{{ $labels.node }}}} {{{{ $value | humanize1024 }}}}'"));

    [Theory]
    [InlineData("metric: 1x, compare: above, value: 1", "spec.metric: '1x' is not a metric's name")]
    [InlineData("metric: m, compare: above, value: 1, matchers: ['a', 'b=~\"(\"']", "spec.matchers[0]: 'a': this is no matcher; write it like route=\"chat\"", "spec.matchers[1]: 'b=~\"(\"': its expression cannot be used")]
    [InlineData("metric: m", "spec.compare: say how the result is compared", "spec.value: say what the result is compared with")]
    [InlineData("metric: m, kind: absence, compare: above, value: 1", "spec.compare: an absence compares nothing", "spec.value: an absence compares nothing")]
    [InlineData("metric: m, kind: prediction, compare: above, value: 1", "spec.ahead: say how far is looked ahead, such as 4h")]
    [InlineData("metric: m, kind: prediction, compare: equal, value: 1, ahead: 1h", "spec.compare: a line crosses a value and does not stop at it")]
    [InlineData("metric: m, kind: prediction, compare: above, value: 1, ahead: 1h, by: [node]", "spec.by: a prediction looks at each series for itself")]
    [InlineData("metric: m, compare: above, value: 1, ahead: 1h, window: 5m, confidence: 0.5", "spec.window: a threshold looks at the last value only", "spec.ahead: only a prediction looks ahead", "spec.confidence: only a prediction fits a line")]
    [InlineData("metric: m, compare: above, value: 1, by: [a-b], labels: {severity: x, 'a.b': y}", "spec.by[0]: 'a-b' is not a label's name", "spec.labels.severity: the label severity is set by the rule itself", "'a.b' is not a label's name")]
    [InlineData("metric: m, compare: above, value: 1, labels: {team: 'of {{ $labels.node }}'}", "spec.labels.team: a label of a rule is a fixed text")]
    [InlineData("metric: m, compare: over, value: 1", "spec.compare: 'over' is not a value of this field")]
    [InlineData("metric: m, compare: above, value: 1, runbook: 'javascript:alert(1)'", "spec.runbook: 'javascript:alert(1)' is not an http or https URL")]
    [InlineData("metric: m, compare: above, value: 1, advice: 'see {{ $labels.x | title }}'", "spec.advice: what stands in {{ }} is $labels.NAME")]
    public void Check_says_what_is_wrong_and_how_to_mend_it(string spec, params string[] expected)
    {
        var errors = Errors($"{spec}, summary: x");

        Assert.All(expected, text => Assert.Contains(errors, error => error.Contains(text, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, errors.Count);
    }

    [Fact]
    public void An_incident_is_no_manifest() =>
        Assert.Contains("unknown kind 'Incident'", Assert.Single(ManifestReader.Read("m", "kind: Incident\nname: a\n").Errors).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a=\"b\"", "b", true)]
    [InlineData("a=b", "b", true)]
    [InlineData("a=\"\"", null, true)]
    [InlineData("a!=\"b\"", null, true)]
    [InlineData("a=~\"5..\"", "503", true)]
    [InlineData("a=~\"5..\"", "5031", false)]
    [InlineData("a!~\"5..|4..\"", "200", true)]
    [InlineData("a=~\"\\\\d\"", "7", true)]
    [InlineData("a=~\"\\\\d\"", "\u0667", false)] // A digit, not one of RE2's.
    [InlineData("a=~\"[\\\\w.]+\"", "n1.x", true)]
    [InlineData("a=~\"\\\\w\"", "é", false)]
    [InlineData("a=~\"\\\\W\"", "é", true)]
    [InlineData("a=~\"[^\\\\W_]\"", "z", true)]
    [InlineData("a=~\"[^\\\\W_]\"", "_", false)]
    [InlineData("a=~\"\\\\s\"", "\v", false)]
    [InlineData("a=~\"\\\\S\"", "\v", true)]
    [InlineData("a=~\"b$\"", "b\n", false)]
    [InlineData("a=~\"[]$]+(?i:X)\"", "]$x", true)]
    [InlineData("a = \"x\\\"y\\\\z\"", "x\"y\\z", true)]
    public void A_matcher_matches_as_Prometheus_does(string text, string? value, bool matches)
    {
        var matcher = LabelMatcher.Parse(text);

        var labels = new Dictionary<string, string>();
        if (value is not null)
        {
            labels["a"] = value;
        }

        Assert.Equal(matches, matcher.Matches(labels));
        Assert.Equal(matches, LabelMatcher.Parse(matcher.ToString()).Matches(labels));
    }

    [Theory]
    [InlineData("[[:alpha:]]", "classes such as [[:alpha:]] are read differently here: write them out")]
    [InlineData("[a-z-[aeiou]]", "a bracket within a class is read differently by RE2: write \\[")]
    [InlineData("a(?#b)", "(?# is no group that RE2 has or reads alike")]
    [InlineData("(?!a)b", "(?! is no group that RE2 has or reads alike")]
    [InlineData("(?<=a)b", "(?< is no group that RE2 has or reads alike")]
    [InlineData("(?x)a b", "(?x is no group that RE2 has or reads alike")]
    [InlineData("(?", "(? is no group that RE2 has or reads alike")]
    [InlineData("(a)\\1", "RE2 has no references back such as \\1")]
    [InlineData("\\bx", "\\b is none of RE2's, or means something else there")]
    [InlineData("\\p{IsGreek}", "RE2 has no blocks such as \\p{IsGreek}")]
    [InlineData("[a", "its expression cannot be used")]
    public void A_matcher_refuses_what_RE2_reads_differently(string expression, string expected)
    {
        Assert.False(LabelMatcher.TryParse($"a=~\"{expression.Replace("\\", "\\\\", StringComparison.Ordinal)}\"", out _, out var problem));

        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ $value }}", 0.1, "0.1")]
    [InlineData("{{ $value }}", 1e21, "1e+21")]
    [InlineData("{{ $value }}", 1e20, "100000000000000000000")]
    [InlineData("{{ $value }}", 0.00001, "1e-05")]
    [InlineData("{{ $value | humanize }}", 1234567, "1.235M")]
    [InlineData("{{ $value | humanize }}", 0.00123, "1.23m")]
    [InlineData("{{$value|humanize1024}}", 1610612736, "1.5Gi")]
    [InlineData("{{ $value | humanizePercentage }}", 0.12345, "12.35%")]
    [InlineData("{{ $value | humanizeDuration }}", 93784, "1d 2h 3m 4s")]
    [InlineData("{{ $value | humanizeDuration }}", 12.345, "12.35s")]
    [InlineData("{{ $value | humanizeDuration }}", 0.0123, "12.3ms")]
    [InlineData("{{ $labels.node }}/{{ $labels.none }}", 1, "n1/")]
    public void Fill_puts_in_what_was_found_as_Prometheus_does(string text, double value, string expected) =>
        Assert.Equal(expected, AlertText.Fill(text, new Dictionary<string, string> { ["node"] = "n1" }, value));

    private static List<string> Errors(string spec) =>
        [.. ManifestReader.Read("m", $"kind: AlertRule\nname: r\nspec: {{{spec}}}\n").Errors.Select(static error => $"{error.Path}: {error.Message}")];
}
