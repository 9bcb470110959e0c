using System.Globalization;
using System.Text;

namespace Datahall.Server.Console.Charts;

/// <summary>The points of a small line.</summary>
internal static class SparklinePoints
{
    private const double Margin = 2;

    /// <summary>The runs of values without a gap, each as the points of a polyline; a lone value is drawn as a dash.</summary>
    /// <param name="values">The values, NaN for gaps.</param>
    /// <param name="width">The width of the picture.</param>
    /// <param name="height">The height of the picture.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<double> values, double width, double height)
    {
        var known = values.Where(static value => !double.IsNaN(value)).ToList();
        if (known.Count == 0)
        {
            return [];
        }

        var (low, high) = (known.Min(), known.Max());
        var scale = high > low ? (height - (2 * Margin)) / (high - low) : 0;
        var step = values.Count > 1 ? width / (values.Count - 1) : width;
        var runs = new List<string>();
        var run = new StringBuilder();
        for (var i = 0; i <= values.Count; i++)
        {
            if (i < values.Count && !double.IsNaN(values[i]))
            {
                var y = scale == 0 ? height / 2 : height - Margin - ((values[i] - low) * scale);
                run.Append(CultureInfo.InvariantCulture, $"{i * step:0.#},{y:0.#} ");
                if (IsAlone(values, i))
                {
                    run.Append(CultureInfo.InvariantCulture, $"{(i * step) + step:0.#},{y:0.#} ");
                }
            }
            else if (run.Length > 0)
            {
                runs.Add(run.ToString().TrimEnd());
                run.Clear();
            }
        }

        return runs;
    }

    private static bool IsAlone(IReadOnlyList<double> values, int at) =>
        (at == 0 || double.IsNaN(values[at - 1])) && (at == values.Count - 1 || double.IsNaN(values[at + 1]));
}
