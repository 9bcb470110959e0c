using System.Text.Json;

namespace Datahall.Learning.Data;

/// <summary>Reads one JSON object of splits, each a list of <c>[text, label]</c>, as CLINC150 is laid out. The file is read whole.</summary>
internal static class JsonSplits
{
    /// <param name="path">The file.</param>
    /// <param name="split">The split, such as <c>train</c>.</param>
    /// <exception cref="LearningException">The file cannot be opened, is laid out otherwise, or has no such split.</exception>
    public static IReadOnlyList<LabelledText> Read(string path, string split)
    {
        using var reader = DataFiles.Open(path);
        try
        {
            var splits = JsonSerializer.Deserialize<Dictionary<string, string[][]>>(reader.BaseStream) ?? [];
            var rows = splits.GetValueOrDefault(split) ?? throw new LearningException(
                $"{path} has no split '{split}', only {string.Join(", ", splits.Keys)}");
            var bad = Array.FindIndex(rows, row => row.Length != 2);
            return bad < 0
                ? [.. rows.Select(row => new LabelledText(row[0], null, [row[1]]) { Source = path })]
                : throw new LearningException($"{path}: row {bad + 1} of '{split}' is not a list of a text and a label");
        }
        catch (JsonException e)
        {
            throw new LearningException($"{path} is not an object of splits with lists of [text, label]: {e.Message}", e);
        }
    }
}
