using System.Globalization;
using System.Net;
using System.Text;

namespace Datahall.Learning.Tracking.Reports;

/// <summary>Draws one metric of some runs as an SVG picture that needs nothing else.</summary>
internal static class SvgChart
{
    private const int Width = 640;
    private const int Height = 260;
    private const int Left = 64;
    private const int Top = 28;
    private const int PlotWidth = Width - Left - 16;
    private const int PlotHeight = Height - Top - 32;
    private const int Ticks = 5;

    /// <summary>Colours that stay apart for the colour-blind. Source: Okabe and Ito, Color Universal Design (2008).</summary>
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    /// <summary>The colour of the run at an index.</summary>
    public static string ColourOf(int index) => Colours[index % Colours.Length];

    /// <summary>Draws the series over one scale; null leaves out the colour of its place.</summary>
    public static string Draw(string title, IReadOnlyList<MetricSeries?> series)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" font-family=\"sans-serif\" font-size=\"11\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"16\" font-size=\"13\">{WebUtility.HtmlEncode(title)}</text>\n");
        if (ChartScale.Of(series) is { } scale)
        {
            DrawAxes(svg, scale);
            for (var i = 0; i < series.Count; i++)
            {
                DrawSeries(svg, scale, series[i]?.Points ?? [], ColourOf(i));
            }
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawAxes(StringBuilder svg, ChartScale scale)
    {
        for (var tick = 0; tick < Ticks; tick++)
        {
            var share = tick / (Ticks - 1.0);
            var y = Top + ((1 - share) * PlotHeight);
            var x = Left + (share * PlotWidth);
            var value = RunTables.Number(scale.Low + (share * (scale.High - scale.Low)));
            var step = Math.Round(scale.FirstStep + (share * (scale.LastStep - scale.FirstStep)));
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" y1=\"{y:F1}\" x2=\"{Left + PlotWidth}\" y2=\"{y:F1}\" stroke=\"#ddd\"/>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{value}</text>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:F1}\" y=\"{Top + PlotHeight + 18}\" text-anchor=\"middle\">{step:F0}</text>\n");
        }
    }

    private static void DrawSeries(StringBuilder svg, ChartScale scale, IReadOnlyList<(long Step, double Value)> points, string colour)
    {
        IReadOnlyList<string> places = [.. points.Where(point => double.IsFinite(point.Value)).Select(point => string.Create(
            CultureInfo.InvariantCulture,
            $"{Left + (scale.Across(point.Step) * PlotWidth):F1},{Top + ((1 - scale.Up(point.Value)) * PlotHeight):F1}"))];
        if (places is [var only])
        {
            var comma = only.IndexOf(',', StringComparison.Ordinal);
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{only[..comma]}\" cy=\"{only[(comma + 1)..]}\" r=\"3\" fill=\"{colour}\"/>\n");
        }
        else if (places.Count > 1)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" points=\"{string.Join(' ', places)}\"/>\n");
        }
    }
}
