namespace Datahall.Learning.Data;

/// <summary>Reads texts with their labels from CSV with a header line.</summary>
internal sealed class CsvReader(BadLineLog badLines, TextFields? fields = null, char separator = ',')
{
    private readonly TextFields fields = fields ?? new();

    /// <summary>Streams the rows of a file.</summary>
    /// <exception cref="LearningException">The file cannot be opened, has no column for the text, or a line is bad and bad lines stop.</exception>
    public IEnumerable<LabelledText> Read(string path)
    {
        string[]? header = null;
        var (text, pair, label, labels) = (-1, -1, -1, -1);
        foreach (var (line, row) in new CsvRows(path, badLines, separator).Read())
        {
            if (header is null)
            {
                header = row;
                (text, pair, label, labels) = (Column(fields.Text), Column(fields.Pair), Column(fields.Label), Column(fields.Labels));
                _ = text >= 0 ? 0 : throw new LearningException(
                    $"{path}: there is no column '{fields.Text}' for the text; the header has {string.Join(", ", header)}");
            }
            else if (row.Length != header.Length)
            {
                badLines.Add(path, line, $"{row.Length} fields where the header has {header.Length}");
            }
            else
            {
                yield return new LabelledText(row[text], pair >= 0 && !string.IsNullOrWhiteSpace(row[pair]) ? row[pair] : null, LabelsOf(row, label, labels)) { Source = path, Line = line };
            }
        }

        int Column(string name) => Array.IndexOf(header, name);
    }

    private static string[] LabelsOf(string[] row, int label, int labels) =>
        labels >= 0 ? row[labels].Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : label >= 0 && row[label].Length > 0 ? [row[label]]
        : [];
}
