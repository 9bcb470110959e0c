using System.Text;

namespace Datahall.Cli.Output;

/// <summary>A cell: its text and its colour.</summary>
internal readonly record struct Cell(string Text, Ink Ink = Ink.Plain)
{
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>Rows in aligned columns without lines, the same for eyes and for <c>awk</c>.</summary>
internal sealed class TableText(Terminal terminal, IReadOnlyList<string> headings)
{
    private const string Gap = "   ";

    private readonly int[] widths = [.. headings.Select(static heading => heading.Length)];

    /// <summary>Writes the headings and the rows, and remembers the widths for rows that come later.</summary>
    public void Write(IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        List<IReadOnlyList<Cell>> shown = [.. rows.Select(Shown)];
        shown.ForEach(Widen);
        terminal.Out.WriteLine(Format([.. headings.Select(static heading => new Cell(heading, Ink.Strong))]));
        foreach (var row in shown)
        {
            terminal.Out.WriteLine(Format(row));
        }
    }

    /// <summary>Writes one more row at once.</summary>
    public void Add(IReadOnlyList<Cell> row)
    {
        var shown = Shown(row);
        Widen(shown);
        terminal.Line(Format(shown));
    }

    private static IReadOnlyList<Cell> Shown(IReadOnlyList<Cell> row) => [.. row.Select(static cell => cell with { Text = ShownText.Of(cell.Text) })];

    private void Widen(IReadOnlyList<Cell> row)
    {
        for (var i = 0; i < widths.Length; i++)
        {
            widths[i] = Math.Max(widths[i], row[i].Text.Length);
        }
    }

    private string Format(IReadOnlyList<Cell> row)
    {
        var line = new StringBuilder();
        for (var i = 0; i < row.Count; i++)
        {
            line.Append(terminal.Paint(row[i].Text, row[i].Ink));
            if (i < row.Count - 1)
            {
                line.Append(' ', widths[i] - row[i].Text.Length).Append(Gap);
            }
        }

        return line.ToString().TrimEnd();
    }
}
