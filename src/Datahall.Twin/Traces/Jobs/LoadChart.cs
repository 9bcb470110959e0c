using System.Globalization;
using Datahall.Twin.Charts;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>Draws use and queue over time as SVG: two panels over one time axis.</summary>
public static class LoadChart
{
    private const int Columns = 425; // Two pixels each.

    /// <summary>Draws; the same outcomes give the same text.</summary>
    /// <param name="outcomes">What to draw.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="subtitle">What stands below that, in smaller letters.</param>
    public static string Svg(JobOutcomes outcomes, string title, string subtitle)
    {
        var (use, waiting, start, seconds) = Sample(outcomes);
        return new TimeChart(title, subtitle, start, seconds, "from the trace's zero")
        {
            Panels = [Panel("GPUs in use, % of all", "use", use), Panel("jobs that wait", "waiting", waiting)],
        }.Svg();
    }

    private static ChartPanel Panel(string label, string name, double[] values) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{label} (mean {values.Average():#,0.#})"), [new(name, values)]) { FromZero = true, Filled = true };

    /// <summary>The mean over each column's time.</summary>
    private static (double[] Use, double[] Waiting, double Start, double Seconds) Sample(JobOutcomes outcomes)
    {
        var points = outcomes.Load.Points;
        var start = points[0].Seconds;
        var column = Math.Max(points[^1].Seconds - start, 1e-9) / Columns;
        var (use, waiting) = (new double[Columns], new double[Columns]);
        for (var i = 0; i + 1 < points.Count; i++)
        {
            var (from, to) = ((points[i].Seconds - start) / column, (points[i + 1].Seconds - start) / column);
            for (var c = (int)from; c < Math.Min(Columns, to); c++)
            {
                var share = Math.Min(to, c + 1) - Math.Max(from, c);
                use[c] += share * 100 * points[i].Used / outcomes.CapacityGpus;
                waiting[c] += share * points[i].Waiting;
            }
        }

        return (use, waiting, start, column * Columns);
    }
}
