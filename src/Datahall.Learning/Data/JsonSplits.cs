using System.Text.Json;

namespace Datahall.Learning.Data;

/// <summary>
/// Reads a split of a JSON file as CLINC150 is laid out: one object of splits, each a list of <c>[text, label]</c>.
/// The file is read whole, so its rows have no line.
/// </summary>
internal static class JsonSplits
{
    /// <summary>Whether a name is that of a split in a JSON file: <c>data_full.json#train</c>.</summary>
    public static bool IsOne(string name) => name.Contains(".json#", StringComparison.OrdinalIgnoreCase);

    /// <param name="name">The file and the split: <c>data_full.json#train</c>.</param>
    /// <exception cref="LearningException">The file cannot be opened, is laid out otherwise, or has no such split.</exception>
    public static IReadOnlyList<LabelledText> Read(string name)
    {
        var mark = name.LastIndexOf('#');
        var (path, split) = mark < 0 ? (name, "") : (name[..mark], name[(mark + 1)..]);
        using var reader = DataFiles.Open(path);
        try
        {
            var splits = JsonSerializer.Deserialize<Dictionary<string, string[][]>>(reader.BaseStream) ?? [];
            var rows = splits.GetValueOrDefault(split) ?? throw new LearningException(
                $"{path} has no split '{split}', only {string.Join(", ", splits.Keys)}; write {path}#SPLIT");
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
