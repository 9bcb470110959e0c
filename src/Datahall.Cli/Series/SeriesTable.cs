using System.Globalization;
using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli.Series;

/// <summary>Series as rows, each with a line of bars.</summary>
internal static class SeriesTable
{
    private const int Width = 48;
    private const string Bars = "▁▂▃▄▅▆▇█";

    public static void Write(Terminal terminal, JsonElement answer)
    {
        var rows = answer.Items("series").Select(static series => (Labels: LabelsOf(series), Values: ValuesOf(series))).Where(static row => row.Values.Any(static value => value is not null)).ToList();
        if (rows.Count == 0)
        {
            terminal.Error.WriteLine($"there are no samples of {answer.Text("metric")} in this time; 'datahall series' lists the metrics");
            return;
        }

        new TableText(terminal, ["SERIES", "MIN", "MEAN", "MAX", "LAST", ""]).Write([.. rows.OrderBy(static row => row.Labels, StringComparer.Ordinal).Select(static row => Row(row.Labels, row.Values))]);
    }

    /// <summary>Values as bars, the lowest is the lowest bar; without a value a blank.</summary>
    public static string Sparkline(IReadOnlyList<double?> values)
    {
        var known = values.OfType<double>().ToList();
        var (low, high) = (known.Min(), known.Max());
        return string.Concat(Shrink(values).Select(value => value is not { } v ? ' ' : high > low ? Bars[(int)Math.Round((v - low) / (high - low) * (Bars.Length - 1))] : Bars[0]));
    }

    private static Cell[] Row(string labels, IReadOnlyList<double?> values)
    {
        var known = values.OfType<double>().ToList();
        return [labels, Number(known.Min()), Number(known.Average()), Number(known.Max()), Number(known[^1]), Sparkline(values)];
    }

    // Neighbours share a bar when there are more values than bars.
    private static IEnumerable<double?> Shrink(IReadOnlyList<double?> values)
    {
        var bars = Math.Min(Width, values.Count);
        for (var i = 0; i < bars; i++)
        {
            var (first, end) = (i * values.Count / bars, (i + 1) * values.Count / bars);
            var part = values.Skip(first).Take(end - first).OfType<double>().ToList();
            yield return part.Count == 0 ? null : part.Average();
        }
    }

    private static string LabelsOf(JsonElement series)
    {
        var labels = string.Join(',', series.GetProperty("labels").EnumerateObject().Select(static label => $"{label.Name}={label.Value.GetString()}"));
        return labels.Length == 0 ? "-" : labels;
    }

    private static List<double?> ValuesOf(JsonElement series) =>
        [.. series.Items("points").Select(static point => point[1].ValueKind is JsonValueKind.Number ? point[1].GetDouble() : (double?)null)];

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
