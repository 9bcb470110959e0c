using Datahall.Model;
using Datahall.Monitoring.Series;

namespace Datahall.Monitoring.Alerts;

/// <summary>Reads the samples of the series that match, within a time, both ends included.</summary>
/// <param name="selector">Which series.</param>
/// <param name="fromUnixMilliseconds">From when.</param>
/// <param name="toUnixMilliseconds">Until when.</param>
public delegate IReadOnlyList<SeriesRange> ReadSeries(SeriesSelector selector, long fromUnixMilliseconds, long toUnixMilliseconds);

/// <summary>Finds what a rule says at a time. It means what <see cref="PromQl"/> writes of it.</summary>
/// <param name="read">Reads series.</param>
/// <param name="readNewest">Reads of each series the newest sample only.</param>
/// <param name="now">The time.</param>
/// <param name="lookback">How old a last value may be.</param>
/// <param name="known">Since when series can be known at all: before, nothing is missed.</param>
internal sealed class RuleExpression(ReadSeries read, ReadSeries readNewest, DateTimeOffset now, TimeSpan lookback, DateTimeOffset known)
{
    private readonly long at = now.ToUnixTimeMilliseconds();

    /// <summary>What the rule finds; empty when there is nothing to look at.</summary>
    public IReadOnlyList<RuleResult> Evaluate(AlertRuleSpec spec) => spec.Kind switch
    {
        AlertRuleKind.Absence => Missed(spec),
        AlertRuleKind.Prediction => Predicted(spec),
        _ => [.. Divided(spec).Items.Select(item => new RuleResult(item.Labels, item.Value, Holds(spec, item.Value)))],
    };

    private static bool Holds(AlertRuleSpec spec, double value) => spec.Compare switch
    {
        AlertComparison.Above => value > spec.Value,
        AlertComparison.AtLeast => value >= spec.Value,
        AlertComparison.Below => value < spec.Value,
        AlertComparison.AtMost => value <= spec.Value,
        AlertComparison.Equal => value == spec.Value,
        _ => value != spec.Value,
    };

    private RuleVector Divided(AlertRuleSpec spec)
    {
        var over = Joined(spec, spec.Metric, spec.Matchers);
        if (spec.DividedBy is not { } divisor)
        {
            return over;
        }

        var (under, result) = (Joined(spec, divisor.Metric, divisor.Matchers), new RuleVector());
        foreach (var (key, labels, value) in over.Items)
        {
            if (under.TryFind(key, out var by))
            {
                result.Add(labels, value / by);
            }
        }

        return result;
    }

    private RuleVector Joined(AlertRuleSpec spec, string metric, IReadOnlyList<string> matchers)
    {
        var window = RuleTimes.WindowOf(spec).Milliseconds;
        var each = new RuleVector();
        var isRate = spec.Kind is AlertRuleKind.Rate;
        foreach (var series in isRate ? Select(read, metric, matchers, window) : Select(readNewest, metric, matchers, (long)lookback.TotalMilliseconds))
        {
            if (!isRate)
            {
                each.Add(series.Labels, series.Samples[^1].Value);
            }
            else if (CounterRate.Of(series.Samples, at - window, at) is { } rate)
            {
                each.Add(series.Labels, rate);
            }
        }

        return spec.Aggregate is null && spec.By.Count == 0 ? each : Join(each, spec.Aggregate ?? AlertAggregate.Sum, spec.By);
    }

    private static RuleVector Join(RuleVector each, AlertAggregate aggregate, IReadOnlyList<string> by)
    {
        var joined = new RuleVector();
        foreach (var group in each.Items.Select(item => (Labels: Keep(item.Labels, by), item.Value)).GroupBy(item => AlertLabels.KeyOf(item.Labels)))
        {
            joined.Add(group.First().Labels, aggregate switch
            {
                AlertAggregate.Avg => group.Average(static item => item.Value),
                AlertAggregate.Min => group.Min(static item => item.Value),
                AlertAggregate.Max => group.Max(static item => item.Value),
                AlertAggregate.Count => group.Count(),
                _ => group.Sum(static item => item.Value),
            });
        }

        return joined;
    }

    private List<RuleResult> Predicted(AlertRuleSpec spec)
    {
        var results = new List<RuleResult>();
        var window = RuleTimes.WindowOf(spec);
        var least = spec.Confidence ?? RuleTimes.Confidence;
        foreach (var series in Select(read, spec.Metric, spec.Matchers, window.Milliseconds).Where(series => IsFilled(series.Samples, window)))
        {
            if (Trend.Of(series.Samples, at) is { } trend)
            {
                // A fit of 0 is asked of nothing, also not of values that are all the same: they have none.
                var value = trend.After(spec.Ahead!.Value.TimeSpan);
                results.Add(new(series.Labels, value, Holds(spec, value) && (least == 0 || trend.Fit >= least)));
            }
        }

        return results;
    }

    // A line through the first minutes of a series fits always, and means nothing.
    private bool IsFilled(IReadOnlyList<Sample> samples, Duration window) =>
        samples[0].UnixMilliseconds <= at - RuleTimes.HalfOf(window).Milliseconds && samples[^1].UnixMilliseconds >= at - (long)lookback.TotalMilliseconds;

    private List<RuleResult> Missed(AlertRuleSpec spec)
    {
        var window = RuleTimes.WindowOf(spec).Milliseconds;
        if (at - window < known.ToUnixTimeMilliseconds())
        {
            return [];
        }

        var here = Select(readNewest, spec.Metric, spec.Matchers, window);
        if (spec.By.Count == 0)
        {
            return [new(OfMatchers(spec.Matchers), 1, !here.Any())];
        }

        var present = here.Select(series => AlertLabels.KeyOf(Keep(series.Labels, spec.By))).ToHashSet(StringComparer.Ordinal);
        var remembered = new RuleVector();
        foreach (var series in Select(readNewest, spec.Metric, spec.Matchers, window + RuleTimes.Memory.Milliseconds))
        {
            remembered.Add(Keep(series.Labels, spec.By), 1);
        }

        return [.. remembered.Items.Select(item => new RuleResult(item.Labels, 1, !present.Contains(item.Key)))];
    }

    // As PromQL's absent(): the labels that are said to be equal to something, once.
    private static Dictionary<string, string> OfMatchers(IReadOnlyList<string> matchers) => matchers.Select(LabelMatcher.Parse)
        .GroupBy(static matcher => matcher.Label, StringComparer.Ordinal)
        .Where(static label => label.Count() == 1 && label.First() is { Match: LabelMatch.Equal, Value.Length: > 0 })
        .ToDictionary(static label => label.Key, static label => label.First().Value, StringComparer.Ordinal);

    private static Dictionary<string, string> Keep(IReadOnlyDictionary<string, string> labels, IReadOnlyList<string> by)
    {
        var kept = new Dictionary<string, string>(by.Count, StringComparer.Ordinal);
        foreach (var name in by)
        {
            if (labels.TryGetValue(name, out var value) && value.Length > 0)
            {
                kept[name] = value;
            }
        }

        return kept;
    }

    private IEnumerable<SeriesRange> Select(ReadSeries from, string metric, IReadOnlyList<string> texts, long window)
    {
        var matchers = texts.Select(LabelMatcher.Parse).ToList();
        var equal = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var matcher in matchers.Where(static matcher => matcher is { Match: LabelMatch.Equal, Value.Length: > 0 }))
        {
            equal.TryAdd(matcher.Label, matcher.Value);
        }

        return from(new(metric, equal), at - window, at)
            .Where(series => series.Samples.Count > 0 && matchers.TrueForAll(matcher => matcher.Matches(series.Labels)));
    }
}
