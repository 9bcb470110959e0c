namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of the waits before something starts again.</summary>
internal static class BackoffRules
{
    public static void Check(Duration first, Duration longest, string path, Findings findings)
    {
        findings.PositiveDuration(first, path, "backoff");
        findings.PositiveDuration(longest, path, "maxBackoff");
        if (longest.Milliseconds > 0 && longest.Milliseconds < first.Milliseconds)
        {
            findings.Add($"{path}.maxBackoff", $"{longest} is shorter than the first wait, backoff: {first}");
        }
    }
}
