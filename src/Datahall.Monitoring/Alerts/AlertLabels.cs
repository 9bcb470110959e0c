using System.Security.Cryptography;
using System.Text;

namespace Datahall.Monitoring.Alerts;

/// <summary>Sets of labels as keys.</summary>
public static class AlertLabels
{
    /// <summary>The label that names the rule of an alert.</summary>
    public const string Name = "alertname";

    /// <summary>The label that says how bad an alert is.</summary>
    public const string Severity = "severity";

    /// <summary>A text that two sets of labels share only when they are equal; empty labels count as absent.</summary>
    public static string KeyOf(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels.Where(static label => label.Value.Length > 0).OrderBy(static label => label.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append('\x1f').Append(value).Append('\x1e');
        }

        return text.ToString();
    }

    /// <summary>16 hexadecimal digits that tell a set of labels from every other.</summary>
    public static string FingerprintOf(IEnumerable<KeyValuePair<string, string>> labels) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(KeyOf(labels))).AsSpan(0, 8));
}
