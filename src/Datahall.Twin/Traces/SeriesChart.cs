using System.Globalization;
using System.Text;

namespace Datahall.Twin.Traces;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Values">Its values, evenly spaced, 0 or more.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<double> Values);

/// <summary>Draws series over time as SVG.</summary>
public static class SeriesChart
{
    private const int Width = 960;
    private const int Height = 420;
    private const int Left = 70;
    private const int Right = 20;
    private const int Top = 90;
    private const int Bottom = 360;

    private static readonly string[] Paints = ["#2563a8", "#b4501e", "#3c7d3c", "#7a4fa0"];

    /// <summary>Draws; the same series give the same text.</summary>
    /// <param name="title">What stands above.</param>
    /// <param name="unit">What the values are.</param>
    /// <param name="timeUnit">What the times are.</param>
    /// <param name="step">The time between two values, in that unit, above 0.</param>
    /// <param name="series">The lines.</param>
    /// <param name="limit">A value to draw across, such as a rating; null: none.</param>
    public static string Svg(string title, string unit, string timeUnit, double step, IReadOnlyList<ChartSeries> series, double? limit)
    {
        var most = 1.05 * Math.Max(limit ?? 0, series.Max(static line => line.Values.Max()));
        var count = Math.Max(2, series.Max(static line => line.Values.Count));
        var svg = new StringBuilder();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#222\" role=\"img\">");
        Line(svg, $"<title>{Escape(title)}</title>");
        Line(svg, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        Line(svg, $"<text x=\"{Left}\" y=\"26\" font-size=\"17\" font-weight=\"bold\">{Escape(title)}</text>");
        Line(svg, $"<text x=\"{Left}\" y=\"{Top - 12}\" fill=\"#555\">{Escape(unit)}</text>");
        for (var tick = 0; tick <= 4; tick++)
        {
            var (y, x) = (Y(most * tick / 4, most), Left + ((Width - Left - Right) * tick / 4.0));
            Line(svg, $"<line x1=\"{Left}\" y1=\"{y:0.#}\" x2=\"{Width - Right}\" y2=\"{y:0.#}\" stroke=\"{(tick == 0 ? "#222" : "#ddd")}\"/>");
            Line(svg, $"<text x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{most * tick / 4:0.#}</text>");
            Line(svg, $"<text x=\"{x:0.#}\" y=\"{Bottom + 20}\" text-anchor=\"middle\">{(count - 1) * step * tick / 4:0.#}</text>");
        }

        Line(svg, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Bottom + 42}\" text-anchor=\"middle\">{Escape(timeUnit)}</text>");
        for (var i = 0; i < series.Count; i++)
        {
            var paint = Paints[i % Paints.Length];
            var points = series[i].Values.Select((value, k) => string.Create(CultureInfo.InvariantCulture, $"{Left + ((Width - Left - Right) * k / (double)(count - 1)):0.#},{Y(value, most):0.#}"));
            Line(svg, $"<polyline fill=\"none\" stroke=\"{paint}\" stroke-width=\"1.5\" points=\"{string.Join(' ', points)}\"/>");
            Line(svg, $"<text x=\"{Left + (i * 290)}\" y=\"50\" fill=\"{paint}\">{Escape(series[i].Name)}</text>");
        }

        if (limit is { } at)
        {
            Line(svg, $"<line x1=\"{Left}\" y1=\"{Y(at, most):0.#}\" x2=\"{Width - Right}\" y2=\"{Y(at, most):0.#}\" stroke=\"#c00\" stroke-dasharray=\"6 4\"/>");
        }

        Line(svg, $"</svg>");
        return svg.ToString();
    }

    private static double Y(double value, double most) => Bottom - ((Bottom - Top) * value / most);

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static void Line(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
