using System.Globalization;
using System.Text.RegularExpressions;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of alert rules.</summary>
internal static partial class AlertRuleRules
{
    private const int LongestText = 1_000;

    public static void Check(AlertRuleSpec spec, Findings findings)
    {
        CheckSeries(spec.Metric, spec.Matchers, "spec", findings);
        if (spec.DividedBy is { } divisor)
        {
            CheckSeries(divisor.Metric, divisor.Matchers, "spec.dividedBy", findings);
        }

        CheckCondition(spec, findings);
        CheckTimes(spec, findings);
        CheckLabels(spec, findings);
        CheckText(spec.Summary, "spec.summary", findings);
        CheckText(spec.Advice, "spec.advice", findings);
        if (spec.Runbook is { } runbook && !(Uri.TryCreate(runbook, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            findings.Add("spec.runbook", $"{Wording.Quote(runbook)} is not an http or https URL");
        }
    }

    private static void CheckSeries(string metric, IReadOnlyList<string> matchers, string path, Findings findings)
    {
        if (!MetricForm.IsMatch(metric))
        {
            findings.Add($"{path}.metric", $"{Wording.Quote(metric)} is not a metric's name: use letters, digits, '_' and ':', with no digit first");
        }

        for (var i = 0; i < matchers.Count; i++)
        {
            if (!LabelMatcher.TryParse(matchers[i], out _, out var problem))
            {
                findings.Add(string.Create(CultureInfo.InvariantCulture, $"{path}.matchers[{i}]"), $"{Wording.Quote(matchers[i])}: {problem}");
            }
        }
    }

    private static void CheckCondition(AlertRuleSpec spec, Findings findings)
    {
        if (spec.Kind is AlertRuleKind.Absence)
        {
            Refuse(spec.Compare is not null, "compare", "an absence compares nothing: it holds when no value came; leave it out", findings);
            Refuse(spec.Value is not null, "value", "an absence compares nothing: it holds when no value came; leave it out", findings);
            Refuse(spec.Aggregate is not null, "aggregate", "an absence joins no series; leave it out", findings);
            Refuse(spec.DividedBy is not null, "dividedBy", "an absence divides nothing; leave it out", findings);
            return;
        }

        Refuse(spec.Compare is null, "compare", "say how the result is compared: above, atLeast, below, atMost, equal or notEqual", findings);
        Refuse(spec.Value is null, "value", "say what the result is compared with, in the unit of the metric", findings);
        if (spec.Kind is AlertRuleKind.Prediction)
        {
            Refuse(spec.DividedBy is not null, "dividedBy", "a prediction looks at one metric; leave it out", findings);
            Refuse(spec.Aggregate is not null || spec.By.Count > 0, spec.By.Count > 0 ? "by" : "aggregate", "a prediction looks at each series for itself; leave it out", findings);
            Refuse(spec.Compare is AlertComparison.Equal or AlertComparison.NotEqual, "compare", "a line crosses a value and does not stop at it: use above or below", findings);
        }
    }

    private static void CheckTimes(AlertRuleSpec spec, Findings findings)
    {
        findings.PositiveDuration(spec.Window, "spec", "window");
        findings.PositiveDuration(spec.Ahead, "spec", "ahead");
        findings.Duration(spec.For, "spec", "for");
        findings.Duration(spec.KeepFiringFor, "spec", "keepFiringFor");
        Refuse(spec.Kind is AlertRuleKind.Threshold && spec.Window is not null, "window", "a threshold looks at the last value only; leave it out, or make the rule a rate", findings);
        Refuse(spec.Kind is AlertRuleKind.Prediction && spec.Ahead is null, "ahead", "say how far is looked ahead, such as 4h", findings);
        Refuse(spec.Kind is not AlertRuleKind.Prediction && spec.Ahead is not null, "ahead", "only a prediction looks ahead; leave it out", findings);
        Refuse(spec.Kind is not AlertRuleKind.Prediction && spec.Confidence is not null, "confidence", "only a prediction fits a line; leave it out", findings);
    }

    private static void CheckLabels(AlertRuleSpec spec, Findings findings)
    {
        for (var i = 0; i < spec.By.Count; i++)
        {
            findings.AddIf(LabelName(spec.By[i]), string.Create(CultureInfo.InvariantCulture, $"spec.by[{i}]"));
        }

        findings.Unique(spec.By, static label => label, "spec.by", "");
        foreach (var (name, value) in spec.Labels)
        {
            if (value.Contains("{{", StringComparison.Ordinal))
            {
                findings.Add(FieldPath.Join("spec.labels", name), "a label of a rule is a fixed text, and Prometheus would fill in what stands in {{ }}: put it into the summary, or keep the series' own label with 'by'");
            }

            findings.AddIf(
                name is "alertname" or "severity" ? $"the label {name} is set by the rule itself; leave it out" : LabelName(name), FieldPath.Join("spec.labels", name));
        }
    }

    private static void CheckText(string? text, string path, Findings findings)
    {
        if (text is null)
        {
            return;
        }

        if (text.Length is 0 or > LongestText)
        {
            findings.Add(path, string.Create(CultureInfo.InvariantCulture, $"a sentence has 1 to {LongestText} characters"));
        }

        findings.AddIf(AlertText.Check(text), path);
    }

    private static string? LabelName(string name) => LabelForm.IsMatch(name)
        ? null
        : $"{Wording.Quote(name)} is not a label's name: use letters, digits and '_', with no digit first, and no '__' there";

    private static void Refuse(bool isWrong, string field, string message, Findings findings)
    {
        if (isWrong)
        {
            findings.Add($"spec.{field}", message);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z_:][A-Za-z0-9_:]{0,199}\z")]
    private static partial Regex MetricForm { get; }

    [GeneratedRegex(@"\A(?!__)[A-Za-z_][A-Za-z0-9_]{0,199}\z")]
    private static partial Regex LabelForm { get; }
}
