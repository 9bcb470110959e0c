namespace Datahall.Twin.Traces;

/// <summary>A comma-separated file with a header line, without quotes: the form of the public cluster traces.</summary>
internal sealed class CsvTable
{
    private readonly string file;
    private readonly Dictionary<string, int> columns;
    private readonly List<string[]> rows;

    private CsvTable(string file, Dictionary<string, int> columns, List<string[]> rows) =>
        (this.file, this.columns, this.rows) = (file, columns, rows);

    public int Count => rows.Count;

    /// <summary>Reads a file.</summary>
    /// <exception cref="TraceException">It cannot be read, has no header, lacks a column or has a row of another length.</exception>
    public static CsvTable Read(string file, params ReadOnlySpan<string> required)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TraceException($"{file}: cannot be read: {e.Message}");
        }

        if (lines.Length == 0)
        {
            throw new TraceException($"{file}: is empty; its first line must name the columns");
        }

        var header = lines[0].TrimEnd('\r').Split(',');
        var columns = header.Select((name, index) => (name, index)).ToDictionary(c => c.name, c => c.index, StringComparer.Ordinal);
        foreach (var name in required)
        {
            if (!columns.ContainsKey(name))
            {
                throw new TraceException($"{file}:1: there is no column '{name}'; there are {string.Join(", ", header)}");
            }
        }

        var rows = new List<string[]>(lines.Length);
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length > 0)
            {
                var cells = lines[i].TrimEnd('\r').Split(',');
                rows.Add(cells.Length == header.Length
                    ? cells
                    : throw new TraceException($"{file}:{i + 1}: has {cells.Length} fields where the header names {header.Length}"));
            }
        }

        return new(file, columns, rows);
    }

    public string Text(int row, string column) => columns.TryGetValue(column, out var index) ? rows[row][index] : "";

    public int Number(int row, string column) => int.TryParse(Text(row, column), System.Globalization.CultureInfo.InvariantCulture, out var value) && value >= 0
        ? value
        : throw new TraceException($"{file}:{row + 2}: {column} is '{Text(row, column)}'; it must be a whole number, 0 or more");
}

/// <summary>A trace cannot be used.</summary>
/// <param name="message">Where and why.</param>
public sealed class TraceException(string message) : Exception(message);
