using System.Globalization;

namespace Datahall.Energy.Air;

/// <summary>Reads square matrices in the Matrix Market exchange format of NIST.</summary>
internal static class MatrixMarket
{
    private const int MostPlaces = 10_000;

    public static RecirculationMatrix Parse(string text)
    {
        var lines = new Lines(text);
        if (lines.Next() is not { } header || !header.StartsWith("%%MatrixMarket matrix ", StringComparison.Ordinal) || !header.TrimEnd().EndsWith(" general", StringComparison.Ordinal))
        {
            throw new FormatException("line 1: not a Matrix Market file; it starts with '%%MatrixMarket matrix coordinate real general'");
        }

        var isSparse = header.Contains(" coordinate ", StringComparison.Ordinal);
        var size = lines.Numbers(isSparse ? 3 : 2);
        if (size[0] != size[1] || size[0] is < 1 or > MostPlaces)
        {
            throw lines.Wrong($"the matrix is {size[0]} × {size[1]}; it must be square, with 1 to {MostPlaces} rows");
        }

        var places = (int)size[0];
        var values = new double[places * places];
        var count = isSparse ? (int)size[2] : values.Length;
        for (var i = 0; i < count; i++)
        {
            var (at, value) = isSparse ? Entry(lines, places) : ((i % places * places) + (i / places), lines.Numbers(1)[0]);
            values[at] = value >= 0 ? value : throw lines.Wrong($"{value} K/W: heat warms; a value is 0 or more");
        }

        return new(places, values);
    }

    private static (int At, double Value) Entry(Lines lines, int places)
    {
        var entry = lines.Numbers(3);
        var (row, column) = (entry[0], entry[1]);
        return row >= 1 && row <= places && column >= 1 && column <= places && row == Math.Floor(row) && column == Math.Floor(column)
            ? ((((int)row - 1) * places) + (int)column - 1, entry[2])
            : throw lines.Wrong($"row {row}, column {column} is not in a matrix of {places} × {places}");
    }

    private sealed class Lines(string text)
    {
        private readonly string[] lines = text.Split('\n');
        private int number;

        public string? Next() => number++ < lines.Length ? lines[number - 1].TrimEnd('\r') : null;

        /// <summary>The numbers of the next line that is not empty and no comment.</summary>
        public double[] Numbers(int count)
        {
            string? line;
            do
            {
                line = Next();
            }
            while (line is not null && (line.StartsWith('%') || string.IsNullOrWhiteSpace(line)));

            var words = (line ?? throw Wrong("the file ends early")).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var numbers = new double[words.Length];
            for (var i = 0; i < words.Length; i++)
            {
                if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
                {
                    throw Wrong($"'{words[i]}' is not a number");
                }
            }

            return numbers.Length == count ? numbers : throw Wrong($"{numbers.Length} numbers; there must be {count}");
        }

        public FormatException Wrong(string problem) => new($"line {number}: {problem}");
    }
}
