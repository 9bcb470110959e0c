using System.Globalization;
using System.IO.Compression;

namespace Datahall.Twin.Traces;

/// <summary>A comma-separated file with a header line, without quotes, packed when its name ends in .gz: the form of the public cluster traces.</summary>
internal sealed class CsvTable
{
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private readonly string file;
    private readonly string[] header;
    private readonly Dictionary<string, int> columns;
    private readonly List<string[]> rows;
    private readonly List<int> lines; // Of each row: empty lines are passed over.

    private CsvTable(string file, string[] header, List<string[]> rows, List<int> lines)
    {
        (this.file, this.header, this.rows, this.lines) = (file, header, rows, lines);
        columns = new(StringComparer.Ordinal);
        for (var i = 0; i < header.Length; i++)
        {
            columns.TryAdd(header[i], i); // Of two columns of one name the first counts.
        }
    }

    public int Count => rows.Count;

    public string LastColumn => header[^1];

    /// <summary>Reads a file.</summary>
    /// <exception cref="TraceException">It cannot be read, has no header, lacks a column or has a row of another length.</exception>
    public static CsvTable Read(string file, params ReadOnlySpan<string> required)
    {
        string[] text;
        try
        {
            text = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? [.. Unpacked(file)] : File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new TraceException($"{file}: cannot be read: {e.Message}");
        }

        if (text.Length == 0)
        {
            throw new TraceException($"{file}: is empty; its first line must name the columns");
        }

        var header = text[0].TrimEnd('\r').Split(',');
        var (rows, lines) = (new List<string[]>(text.Length), new List<int>(text.Length));
        var table = new CsvTable(file, header, rows, lines);
        foreach (var name in required)
        {
            table.Required(name);
        }

        for (var i = 1; i < text.Length; i++)
        {
            if (text[i].Length > 0)
            {
                var cells = text[i].TrimEnd('\r').Split(',');
                lines.Add(i + 1);
                rows.Add(cells.Length == header.Length
                    ? cells
                    : throw new TraceException($"{file}:{i + 1}: has {cells.Length} fields where the header names {header.Length}"));
            }
        }

        return table;
    }

    public bool Has(string column) => columns.ContainsKey(column);

    /// <summary>The column itself, once it is sure to be there.</summary>
    /// <exception cref="TraceException">It is not.</exception>
    public string Required(string column) => Has(column)
        ? column
        : throw new TraceException($"{file}:1: there is no column '{column}'; there are {string.Join(", ", header)}");

    public string Text(int row, string column) => columns.TryGetValue(column, out var index) ? rows[row][index] : "";

    public int Number(int row, string column) => int.TryParse(Text(row, column), CultureInfo.InvariantCulture, out var value) && value >= 0
        ? value
        : throw Wrong(row, column, "a whole number, 0 or more");

    public int Positive(int row, string column) => int.TryParse(Text(row, column), CultureInfo.InvariantCulture, out var value) && value > 0
        ? value
        : throw Wrong(row, column, "a whole number, 1 or more");

    public double Real(int row, string column) =>
        Parsed(row, column) is >= 0 and var value ? value : throw Wrong(row, column, "a number, 0 or more");

    public double PositiveReal(int row, string column) =>
        Parsed(row, column) is > 0 and var value ? value : throw Wrong(row, column, "a number above 0");

    public double Signed(int row, string column) => Parsed(row, column) ?? throw Wrong(row, column, "a number");

    public DateTime Time(int row, string column) =>
        DateTime.TryParseExact(Text(row, column), "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, Utc, out var value)
            ? value
            : throw Wrong(row, column, "a time such as 2017-10-01 13:45:00");

    /// <summary>The error of a cell; the line is the row's in the file.</summary>
    public TraceException Wrong(int row, string column, string wanted) =>
        new($"{file}:{lines[row]}: {column} is '{Text(row, column)}'; it must be {wanted}");

    /// <summary>Where a row stands in the file, from 1.</summary>
    public int Line(int row) => lines[row];

    private static IEnumerable<string> Unpacked(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private double? Parsed(int row, string column) =>
        double.TryParse(Text(row, column), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}

/// <summary>A trace cannot be used.</summary>
/// <param name="message">Where and why.</param>
public sealed class TraceException(string message) : Exception(message);
