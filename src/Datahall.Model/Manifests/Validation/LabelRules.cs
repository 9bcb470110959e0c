namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of labels and of selectors of labels.</summary>
internal static class LabelRules
{
    public static void Check(IReadOnlyDictionary<string, string> labels, string path, Findings findings)
    {
        foreach (var (key, value) in labels)
        {
            if ((Names.LabelKey(key) ?? Names.LabelValue(value)) is { } problem)
            {
                findings.Add(FieldPath.Join(path, key), problem);
            }
        }
    }
}
