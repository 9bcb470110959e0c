using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Datahall.Model;

namespace Datahall.Monitoring.Alerts;

/// <summary>Alert rules as a rule file of Prometheus.</summary>
public static class PrometheusRules
{
    // A JSON string is a YAML string too.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

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

    private static string Quote(string value) => $"\"{JsonEncodedText.Encode(value, Encoder)}\"";
}
