using System.Text;

namespace Datahall.Learning.Data;

/// <summary>
/// Reads entity-level sentiment as SEntFiN writes it: a headline, and the sentiment of each entity in it as <c>{'entity': 'label'}</c>.
/// Each entity gives a text pair: the headline, the entity, and its label.
/// </summary>
/// <remarks>Source: Sinha et al., SEntFiN 1.0: Entity-aware sentiment analysis for financial news (2022).</remarks>
internal sealed class SentimentReader(BadLineLog badLines, string titleField = "Title", string decisionsField = "Decisions")
{
    /// <summary>Streams the text pairs of a file.</summary>
    /// <exception cref="LearningException">The file cannot be opened, lacks a column, or a line is bad and bad lines stop.</exception>
    public IEnumerable<LabelledText> Read(string path)
    {
        foreach (var row in new CsvReader(badLines, new TextFields(Text: titleField, Label: decisionsField)).Read(path))
        {
            if (row.Labels.Count == 0 || Decisions(row.Labels[0]) is not { } decisions)
            {
                badLines.Add(path, row.Line, $"the column '{decisionsField}' is not written as {{'entity': 'label'}}");
                continue;
            }

            foreach (var (entity, label) in decisions)
            {
                if (string.IsNullOrWhiteSpace(entity))
                {
                    badLines.Add(path, row.Line, $"an entity of the column '{decisionsField}' has no name");
                    continue;
                }

                yield return row with { Pair = entity, Labels = [label] };
            }
        }
    }

    /// <summary>The pairs of a dictionary as Python prints it: strings in single or double quotes.</summary>
    private static List<(string Entity, string Label)>? Decisions(string text)
    {
        var strings = new List<string>();
        var rest = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('\'' or '"'))
            {
                rest.Append(text[i]);
                continue;
            }

            if (ReadString(text, ref i) is not { } value)
            {
                return null;
            }

            strings.Add(value);
            rest.Append('s');
        }

        var shape = "{" + string.Join(',', Enumerable.Repeat("s:s", strings.Count / 2)) + "}";
        return rest.Replace(" ", "").ToString() == shape && strings.Count > 0
            ? [.. strings.Chunk(2).Select(pair => (pair[0], pair[1]))]
            : null;
    }

    /// <summary>The string that begins at a quote; the index is left at its last quote.</summary>
    private static string? ReadString(string text, ref int i)
    {
        var quote = text[i];
        var value = new StringBuilder();
        for (i++; i < text.Length && !Closes(text, i, quote); i++)
        {
            i += text[i] == '\\' && i + 1 < text.Length ? 1 : 0;
            value.Append(text[i]);
        }

        return i < text.Length ? value.ToString() : null;
    }

    // Some rows of the published file have apostrophes that are not escaped: the quote that closes stands before a sign of the dictionary.
    private static bool Closes(string text, int i, char quote)
    {
        var next = text.AsSpan(i + 1).TrimStart();
        return text[i] == quote && next.Length > 0 && next[0] is (':' or ',' or '}');
    }
}
