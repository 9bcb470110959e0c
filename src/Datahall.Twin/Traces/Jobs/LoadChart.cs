using System.Globalization;
using System.Text;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>Draws use and queue over time as SVG: two panels over one time axis.</summary>
public static class LoadChart
{
    private const int Width = 960;
    private const int Height = 590;
    private const int Left = 80;
    private const int Right = 30;
    private const int PanelHeight = 190;
    private const int UseTop = 90;
    private const int QueueTop = 340;
    private const int Columns = 425; // Two pixels each.

    /// <summary>Draws; the same outcomes give the same text.</summary>
    /// <param name="outcomes">What to draw.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="subtitle">What stands below that, in smaller letters.</param>
    public static string Svg(JobOutcomes outcomes, string title, string subtitle)
    {
        var (use, waiting, start, seconds) = Sample(outcomes);
        var most = NiceEnd(waiting.Max());
        var (unit, name) = seconds > 3 * 86400 ? (86400.0, "days") : (3600.0, "hours");
        var svg = new StringBuilder();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\"");
        Line(svg, $"  font-family=\"sans-serif\" font-size=\"13\" fill=\"#222\" role=\"img\">");
        Line(svg, $"<title>{Escape(title)}</title>");
        Line(svg, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        Line(svg, $"<text x=\"{Left}\" y=\"28\" font-size=\"17\" font-weight=\"bold\">{Escape(title)}</text>");
        Line(svg, $"<text x=\"{Left}\" y=\"50\" fill=\"#555\">{Escape(subtitle)}</text>");
        Panel(svg, UseTop, "GPUs in use, % of all", 100, use, "#2563a8");
        Panel(svg, QueueTop, "jobs that wait", most, waiting, "#b4501e");
        TimeAxis(svg, start, seconds, unit, name);
        Line(svg, $"</svg>");
        return svg.ToString();
    }

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

    private static void Panel(StringBuilder svg, int top, string label, double most, double[] values, string paint)
    {
        var bottom = top + PanelHeight;
        Line(svg, $"<text x=\"{Left}\" y=\"{top - 10}\">{label} (mean {values.Average():#,0.#})</text>");
        for (var tick = 0; tick <= 4; tick++)
        {
            var y = bottom - (PanelHeight * tick / 4.0);
            var colour = tick == 0 ? "#222" : "#ddd";
            Line(svg, $"<line x1=\"{Left}\" y1=\"{y:0.#}\" x2=\"{Width - Right}\" y2=\"{y:0.#}\" stroke=\"{colour}\"/>");
            Line(svg, $"<text x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{most * tick / 4:#,0.##}</text>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<path fill=\"{paint}\" fill-opacity=\"0.25\" stroke=\"{paint}\" d=\"M{Left},{bottom}");
        for (var c = 0; c < values.Length; c++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"L{Left + (2 * c)},{bottom - (PanelHeight * Math.Min(1, values[c] / most)):0.#}");
        }

        Line(svg, $"L{Left + (2 * (values.Length - 1))},{bottom}Z\"/>");
    }

    private static void TimeAxis(StringBuilder svg, double start, double seconds, double unit, string name)
    {
        var step = NiceEnd(seconds / unit / 8 * 0.8) * unit;
        foreach (var top in (ReadOnlySpan<int>)[UseTop, QueueTop])
        {
            for (var time = Math.Ceiling(start / step) * step; time <= start + seconds; time += step)
            {
                var x = Left + (2 * Columns * (time - start) / seconds);
                var bottom = top + PanelHeight;
                Line(svg, $"<line x1=\"{x:0.#}\" y1=\"{bottom}\" x2=\"{x:0.#}\" y2=\"{bottom + 5}\" stroke=\"#222\"/>");
                Line(svg, $"<text x=\"{x:0.#}\" y=\"{bottom + 20}\" text-anchor=\"middle\">{time / unit:0.##}</text>");
            }
        }

        Line(svg, $"<text x=\"{Left + Columns}\" y=\"{Height - 18}\" text-anchor=\"middle\">{name} from the trace's zero</text>");
    }

    // The next of these times a power of ten, so that quarters are short numbers.
    private static double NiceEnd(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(value, 1))));
        foreach (var step in (ReadOnlySpan<double>)[1, 2, 4, 6, 8])
        {
            if (value <= step * power)
            {
                return step * power;
            }
        }

        return 10 * power;
    }

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static void Line(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
