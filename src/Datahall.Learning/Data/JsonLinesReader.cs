using System.Text.Json;

namespace Datahall.Learning.Data;

/// <summary>Reads JSONL: an object on each line.</summary>
internal sealed class JsonLinesReader(BadLineLog badLines, TextFields? fields = null)
{
    private readonly TextFields fields = fields ?? new();

    /// <summary>Streams texts with their labels.</summary>
    /// <exception cref="LearningException">The file cannot be opened, or a line is bad and bad lines stop.</exception>
    public IEnumerable<LabelledText> ReadTexts(string path) => Read(path, (row, line) =>
        new LabelledText(String(row, fields.Text) ?? throw new FormatException($"there is no field '{fields.Text}'"), String(row, fields.Pair) is { } pair && !string.IsNullOrWhiteSpace(pair) ? pair : null, LabelsOf(row))
        {
            Source = path,
            Line = line,
        });

    /// <summary>Streams tagged sentences.</summary>
    /// <exception cref="LearningException">The file cannot be opened, or a line is bad and bad lines stop.</exception>
    public IEnumerable<TaggedSentence> ReadSentences(string path) => Read(path, (row, line) =>
    {
        var words = Strings(row, fields.Tokens) ?? throw new FormatException($"there is no field '{fields.Tokens}'");
        var tags = Strings(row, fields.Tags) ?? throw new FormatException($"there is no field '{fields.Tags}'");
        return words.Count == tags.Count
            ? new TaggedSentence(words, tags) { Source = path, Line = line }
            : throw new FormatException($"{words.Count} words and {tags.Count} tags");
    });

    private IEnumerable<T> Read<T>(string path, Func<JsonElement, int, T> read)
        where T : class
    {
        foreach (var (number, line) in DataFiles.Lines(path))
        {
            if (!string.IsNullOrWhiteSpace(line) && Parse(path, number, line, read) is { } row)
            {
                yield return row;
            }
        }
    }

    private T? Parse<T>(string path, int number, string line, Func<JsonElement, int, T> read)
        where T : class
    {
        try
        {
            using var document = DataFiles.Problem(line) is { } problem ? throw new FormatException(problem) : JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(document.RootElement, number)
                : throw new FormatException("the line is not a JSON object");
        }
        catch (JsonException e)
        {
            badLines.Add(path, number, $"the line is not JSON: {e.Message}");
        }
        catch (FormatException e)
        {
            badLines.Add(path, number, e.Message);
        }

        return null;
    }

    private List<string> LabelsOf(JsonElement row) =>
        OneOrMore(row, fields.Labels) ?? OneOrMore(row, fields.Label) ?? [];

    private static List<string>? OneOrMore(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Array ? Strings(row, name) : String(row, name) is { } one ? [one] : null;

    // Labels are often numbers; they are taken as they are written.
    private static string? String(JsonElement row, string name) => !row.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw new FormatException($"the field '{name}' is not a string"),
    };

    private static List<string>? Strings(JsonElement row, string name)
    {
        if (!row.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            ? [.. list.EnumerateArray().Select(item => item.ToString())]
            : throw new FormatException($"the field '{name}' is not a list of strings");
    }
}
