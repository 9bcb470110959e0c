using System.Globalization;
using System.Text;
using Datahall.Model;

namespace Datahall.Monitoring.Alerts;

/// <summary>Alert rules as a rule file of Prometheus.</summary>
public static class PrometheusRules
{
    /// <summary>Writes the rules that are not disabled, by name, as one group. Always the same text for the same rules.</summary>
    public static string Write(IEnumerable<AlertRule> rules)
    {
        var text = new StringBuilder("# Written by 'datahall alerts export'. Change the rules in Datahall, and write it anew.\ngroups:\n- name: datahall\n  rules:\n");
        var any = false;
        foreach (var rule in rules.Where(static rule => !rule.Spec.Disabled).OrderBy(static rule => rule.Name, StringComparer.Ordinal))
        {
            any = true;
            Write(rule, text);
        }

        return any ? text.ToString() : text.Replace("  rules:\n", "  rules: []\n").ToString();
    }

    private static void Write(AlertRule rule, StringBuilder text)
    {
        var spec = rule.Spec;
        text.Append($"  - alert: {Quote(rule.Name)}\n    expr: {Quote(PromQl.Of(spec))}\n");
        Time("for", spec.For, text);
        Time("keep_firing_for", spec.KeepFiringFor, text);
        text.Append("    labels:\n");
        text.Append($"      severity: {spec.Severity.ToString().ToLowerInvariant()}\n");
        foreach (var (name, value) in spec.Labels.OrderBy(static label => label.Key, StringComparer.Ordinal))
        {
            text.Append($"      {name}: {Quote(value)}\n");
        }

        text.Append($"    annotations:\n      summary: {Quote(spec.Summary)}\n");
        Annotation("advice", spec.Advice, text);
        Annotation("runbook_url", spec.Runbook, text);
    }

    private static void Time(string name, Duration time, StringBuilder text)
    {
        if (time.Milliseconds > 0)
        {
            text.Append($"    {name}: {time}\n");
        }
    }

    private static void Annotation(string name, string? value, StringBuilder text)
    {
        if (value is not null)
        {
            text.Append($"      {name}: {Quote(value)}\n");
        }
    }

    // Not as JSON: its escapes for signs above U+FFFF are two halves, which Prometheus' reader of YAML refuses. Such signs stay as they are.
    private static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
            {
                text.Append('\\').Append((char)rune.Value);
            }
            else if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"); // Line breaks of YAML, and what it takes only so.
            }
            else
            {
                text.Append(rune.ToString());
            }
        }

        return text.Append('"').ToString();
    }
}
