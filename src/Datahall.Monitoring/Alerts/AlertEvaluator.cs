using Datahall.Model;

namespace Datahall.Monitoring.Alerts;

/// <summary>Looks at rules again and again, and follows each alert from pending over firing to its end, as Prometheus does.</summary>
/// <remarks>
/// Pure: the same rules, series and times give the same looks. Not safe for concurrent use. Source of the states: Prometheus 2.42, rules/alerting.go.
/// </remarks>
public sealed class AlertEvaluator
{
    /// <summary>How old the last value of a series may be, as in Prometheus.</summary>
    public static readonly TimeSpan Lookback = TimeSpan.FromMinutes(5);

    private readonly ReadSeries read;
    private readonly ReadSeries readNewest;
    private readonly DateTimeOffset known;
    private readonly TimeSpan lookback;
    private SortedDictionary<(string Rule, string Labels), ActiveAlert> active;
    private readonly HashSet<string> restored;

    /// <summary>Begins to look.</summary>
    /// <param name="read">Reads series.</param>
    /// <param name="readNewest">Reads of each series the newest sample; more do no harm.</param>
    /// <param name="known">Since when series can be known: before, nothing is missed.</param>
    /// <param name="lookback">How old the last value of a series may be.</param>
    /// <param name="firing">What fired before a restart: it goes on firing without a break until its series are known again, or long enough are not.</param>
    public AlertEvaluator(ReadSeries read, ReadSeries readNewest, DateTimeOffset known, TimeSpan lookback, IEnumerable<ActiveAlert> firing)
    {
        (this.read, this.readNewest, this.known, this.lookback) = (read, readNewest, known, lookback);
        active = Empty();
        foreach (var alert in firing)
        {
            active.TryAdd((alert.Rule, AlertLabels.KeyOf(alert.Labels)), alert with { State = AlertState.Firing, Value = double.NaN, IsWithoutData = true });
        }

        restored = active.Values.Select(static alert => alert.Fingerprint).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Looks at all rules once.</summary>
    /// <param name="rules">The rules; those that are disabled are passed over.</param>
    /// <param name="now">The time; not before that of the last look.</param>
    public AlertLook Look(IEnumerable<AlertRule> rules, DateTimeOffset now)
    {
        var expression = new RuleExpression(read, readNewest, now, lookback, known);
        var next = Empty();
        var looks = new List<RuleLook>();
        foreach (var rule in rules.Where(static rule => !rule.Spec.Disabled).OrderBy(static rule => rule.Name, StringComparer.Ordinal))
        {
            looks.Add(Look(rule, expression.Evaluate(rule.Spec), now, next));
        }

        var begun = next.Where(item => item.Value.State is AlertState.Firing && !(active.TryGetValue(item.Key, out var was) && was.State is AlertState.Firing)).Select(static item => item.Value).ToList();
        var ended = active.Where(item => item.Value.State is AlertState.Firing && !next.ContainsKey(item.Key))
            .Select(item => item.Value with { State = AlertState.Resolved, Ended = now }).ToList();
        active = next;
        return new(now, [.. next.Values], begun, ended, looks);
    }

    private RuleLook Look(AlertRule rule, IReadOnlyList<RuleResult> results, DateTimeOffset now, SortedDictionary<(string Rule, string Labels), ActiveAlert> next)
    {
        var looked = new HashSet<string>(StringComparer.Ordinal);

        // A rate is the growth over the whole window: until that has passed since a restart, it says too little.
        var isKnown = rule.Spec.Kind is not AlertRuleKind.Rate || now - known >= RuleTimes.WindowOf(rule.Spec).TimeSpan;

        // A label of the rule may hide one of the series, so that several results have one key: something is wrong where one of them says so.
        foreach (var result in results.OrderByDescending(static result => result.Holds))
        {
            var labels = LabelsOf(rule, result.Labels);
            var key = AlertLabels.KeyOf(labels);
            var was = active.GetValueOrDefault((rule.Name, key));
            if ((isKnown || result.Holds || was is null || !restored.Contains(was.Fingerprint)) && looked.Add(key) && Follow(rule, result, labels, was, now) is { } alert)
            {
                next[(rule.Name, key)] = alert;
                if (isKnown)
                {
                    restored.Remove(alert.Fingerprint);
                }
            }
        }

        foreach (var (key, was) in active.Where(item => item.Key.Rule == rule.Name && !looked.Contains(item.Key.Labels)))
        {
            if (WithoutData(rule, was, now) is { } alert)
            {
                next[key] = alert;
            }
        }

        var mine = next.Where(item => item.Key.Rule == rule.Name).Select(static item => item.Value.State).ToList();
        return new(rule.Name, results.Count, mine.Count(static state => state is AlertState.Pending), mine.Count(static state => state is AlertState.Firing));
    }

    private static ActiveAlert? Follow(AlertRule rule, RuleResult result, Dictionary<string, string> labels, ActiveAlert? was, DateTimeOffset now)
    {
        if (!result.Holds)
        {
            return was is null ? null : Keep(rule, was with { IsWithoutData = false }, now);
        }

        var since = was?.Since ?? now;
        return new()
        {
            Rule = rule.Name,
            Labels = was?.Labels ?? labels,
            Fingerprint = was?.Fingerprint ?? AlertLabels.FingerprintOf(labels),
            State = was?.State is AlertState.Firing || now - since >= rule.Spec.For.TimeSpan ? AlertState.Firing : AlertState.Pending,
            Since = since,
            Value = result.Value,
            Severity = rule.Spec.Severity,
            Summary = AlertText.Fill(rule.Spec.Summary, result.Labels, result.Value),
            Advice = rule.Spec.Advice is { } advice ? AlertText.Fill(advice, result.Labels, result.Value) : null,
            Runbook = rule.Spec.Runbook,
        };
    }

    // The rule holds no more: what fires may be kept for a while, what is pending is forgotten.
    private static ActiveAlert? Keep(AlertRule rule, ActiveAlert was, DateTimeOffset now)
    {
        var kept = was with { KeptSince = was.KeptSince ?? now };
        return was.State is AlertState.Firing && now - kept.KeptSince < rule.Spec.KeepFiringFor.TimeSpan ? kept : null;
    }

    // There is nothing to look at. What fired before a restart waits for its series to come back.
    private ActiveAlert? WithoutData(AlertRule rule, ActiveAlert was, DateTimeOffset now)
    {
        var patience = RuleTimes.WindowOf(rule.Spec).TimeSpan + lookback;
        if (restored.Contains(was.Fingerprint) && now - known < patience)
        {
            return was with { IsWithoutData = true };
        }

        return Keep(rule, was with { IsWithoutData = true }, now);
    }

    private static Dictionary<string, string> LabelsOf(AlertRule rule, IReadOnlyDictionary<string, string> found)
    {
        var labels = new Dictionary<string, string>(found, StringComparer.Ordinal);
        foreach (var (name, value) in rule.Spec.Labels)
        {
            labels[name] = value;
        }

        labels[AlertLabels.Severity] = rule.Spec.Severity.ToString().ToLowerInvariant();
        labels[AlertLabels.Name] = rule.Name;
        return labels;
    }

    private static SortedDictionary<(string Rule, string Labels), ActiveAlert> Empty() => new(Comparer<(string Rule, string Labels)>.Create(
        static (a, b) => string.CompareOrdinal(a.Rule, b.Rule) is var byRule and not 0 ? byRule : string.CompareOrdinal(a.Labels, b.Labels)));
}
