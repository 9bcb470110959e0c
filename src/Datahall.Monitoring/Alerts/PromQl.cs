using System.Globalization;
using Datahall.Model;

namespace Datahall.Monitoring.Alerts;

/// <summary>What a rule means, in PromQL.</summary>
public static class PromQl
{
    /// <summary>The expression of a rule: it gives a result for each set of labels for which something is wrong.</summary>
    public static string Of(AlertRuleSpec spec) => spec.Kind switch
    {
        AlertRuleKind.Absence => Absence(spec),
        AlertRuleKind.Prediction => Prediction(spec),
        _ => $"{Joined(spec, spec.Metric, spec.Matchers)}{(spec.DividedBy is { } by ? $" / {Joined(spec, by.Metric, by.Matchers)}" : "")} {Compared(spec)}",
    };

    private static string Joined(AlertRuleSpec spec, string metric, IReadOnlyList<string> matchers)
    {
        var each = spec.Kind is AlertRuleKind.Rate ? $"rate({Range(metric, matchers, RuleTimes.WindowOf(spec))})" : Series(metric, matchers);
        return spec.Aggregate is null && spec.By.Count == 0 ? each
            : $"{(spec.Aggregate ?? AlertAggregate.Sum).ToString().ToLowerInvariant()} by ({string.Join(", ", spec.By)}) ({each})";
    }

    // present_over_time() gives 1 for each series that had a sample.
    private static string Absence(AlertRuleSpec spec)
    {
        var window = RuleTimes.WindowOf(spec);
        if (spec.By.Count == 0)
        {
            return $"absent_over_time({Range(spec.Metric, spec.Matchers, window)})";
        }

        var by = string.Join(", ", spec.By);
        var longer = new Duration(window.Milliseconds + RuleTimes.Memory.Milliseconds);
        return $"group by ({by}) (present_over_time({Range(spec.Metric, spec.Matchers, longer)})) unless group by ({by}) (present_over_time({Range(spec.Metric, spec.Matchers, window)}))";
    }

    // A sample in the older half of the window and a last value: the line is not one through the first minutes of a series, nor one of a series that has ended.
    // R² is slope² × variance of the times / variance of the values. PromQL has the times of samples only at steps: at sixty of them.
    private static string Prediction(AlertRuleSpec spec)
    {
        var window = RuleTimes.WindowOf(spec);
        var range = Range(spec.Metric, spec.Matchers, window);
        var (series, half) = (Series(spec.Metric, spec.Matchers), RuleTimes.HalfOf(window));
        var older = new Duration(Math.Max(1, window.Milliseconds - half.Milliseconds));
        var line = $"predict_linear({range}, {Number(spec.Ahead!.Value.TimeSpan.TotalSeconds)}) {Compared(spec)} and present_over_time({series}[{older}] offset {half}) and {series}";
        var least = spec.Confidence ?? RuleTimes.Confidence;
        var step = new Duration(Math.Max(1_000, window.Milliseconds / 60 / 1_000 * 1_000));
        return least == 0
            ? line
            : $"{line} and deriv({range}) ^ 2 * stdvar_over_time(timestamp({series})[{window}:{step}]) / stdvar_over_time({range}) >= {Number(least)}";
    }

    private static string Compared(AlertRuleSpec spec) => $"{spec.Compare switch
    {
        AlertComparison.Above => ">",
        AlertComparison.AtLeast => ">=",
        AlertComparison.Below => "<",
        AlertComparison.AtMost => "<=",
        AlertComparison.Equal => "==",
        _ => "!=",
    }} {Number(spec.Value!.Value)}";

    private static string Range(string metric, IReadOnlyList<string> matchers, Duration window) => $"{Series(metric, matchers)}[{window}]";

    private static string Series(string metric, IReadOnlyList<string> matchers)
    {
        var all = matchers.Select(LabelMatcher.Parse).ToList();
        var own = SharedMetrics.IsShared(metric) && !all.Exists(static matcher => matcher.Label == SharedMetrics.Label) ? [$"{SharedMetrics.Label}=\"{SharedMetrics.OwnJob}\""] : Array.Empty<string>();
        return all.Count + own.Length == 0 ? metric : $"{metric}{{{string.Join(",", own.Concat(all.Select(static matcher => matcher.ToString())))}}}";
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
