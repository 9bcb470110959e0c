using System.Globalization;
using System.Text;

namespace Datahall.Learning.Tracking.Reports;

/// <summary>Draws series in characters: steps across, values up, a mark for each series.</summary>
internal static class TextChart
{
    private const int Rows = 10;
    private const string Marks = "*+xo#@%&";

    /// <summary>The mark of the series at an index.</summary>
    public static char MarkOf(int index) => Marks[index % Marks.Length];

    /// <summary>Draws the series over one scale; null leaves out the mark of its place.</summary>
    /// <param name="series">The series.</param>
    /// <param name="width">Characters across, labels included.</param>
    public static string Draw(IReadOnlyList<MetricSeries?> series, int width)
    {
        if (ChartScale.Of(series) is not { } scale)
        {
            return "  no finite values\n";
        }

        string[] labels = [.. Enumerable.Range(0, Rows).Select(row => RunTables.Number(scale.Low + ((scale.High - scale.Low) * (Rows - 1 - row) / (Rows - 1))))];
        var gutter = labels.Max(label => label.Length) + 1;
        var columns = Math.Clamp(width - gutter - 2, 10, 100);
        var grid = Plot(series, scale, columns);
        var text = new StringBuilder();
        for (var row = 0; row < Rows; row++)
        {
            text.Append(labels[row].PadLeft(gutter)).Append(" |").Append(new string(grid[row]).TrimEnd()).Append('\n');
        }

        var last = scale.LastStep.ToString(CultureInfo.InvariantCulture);
        text.Append(' ', gutter).Append(" +").Append('-', columns).Append('\n');
        text.Append(' ', gutter + 2).Append(scale.FirstStep.ToString(CultureInfo.InvariantCulture).PadRight(columns - last.Length)).Append(last).Append('\n');
        return text.ToString();
    }

    private static char[][] Plot(IReadOnlyList<MetricSeries?> series, ChartScale scale, int columns)
    {
        char[][] grid = [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Repeat(' ', columns).ToArray())];
        for (var i = 0; i < series.Count; i++)
        {
            foreach (var (step, value) in series[i]?.Points ?? [])
            {
                if (double.IsFinite(value))
                {
                    var row = (int)Math.Round((1 - scale.Up(value)) * (Rows - 1));
                    grid[row][(int)Math.Round(scale.Across(step) * (columns - 1))] = MarkOf(i);
                }
            }
        }

        return grid;
    }
}
