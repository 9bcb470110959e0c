using System.Globalization;
using System.Text;

namespace Datahall.Twin.Charts;

/// <summary>Panels of curves over one time axis, as SVG that stands alone: no script, no font, no link.</summary>
/// <remarks>The same figures give the same text.</remarks>
/// <param name="Title">What stands above it.</param>
/// <param name="Subtitle">What stands below that, in smaller letters.</param>
/// <param name="StartSeconds">The time of the first column, in seconds.</param>
/// <param name="Seconds">How long the axis is, in seconds, above 0.</param>
/// <param name="Axis">What the times are counted from.</param>
public sealed record TimeChart(string Title, string Subtitle, double StartSeconds, double Seconds, string Axis)
{
    private const int Width = 960;
    private const int Left = 80;
    private const int Right = 30;
    private const int PanelHeight = 190;
    private const int PanelPitch = 250;
    private const int FirstTop = 90;
    private const int Plot = Width - Left - Right;

    // Okabe and Ito's colours, which most people with a colour deficiency can tell apart.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#666"];

    /// <summary>The panels, from above. At least one.</summary>
    public required IReadOnlyList<ChartPanel> Panels { get; init; }

    /// <summary>Draws.</summary>
    public string Svg()
    {
        var height = FirstTop + (Panels.Count * PanelPitch);
        var svg = new StringBuilder();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" viewBox=\"0 0 {Width} {height}\"");
        Line(svg, $"  font-family=\"sans-serif\" font-size=\"13\" fill=\"#222\" role=\"img\">");
        Line(svg, $"<title>{Escape(Title)}</title>");
        Line(svg, $"<rect width=\"{Width}\" height=\"{height}\" fill=\"#fff\"/>");
        Line(svg, $"<text x=\"{Left}\" y=\"28\" font-size=\"17\" font-weight=\"bold\">{Escape(Title)}</text>");
        Line(svg, $"<text x=\"{Left}\" y=\"50\" fill=\"#555\">{Escape(Subtitle)}</text>");
        for (var i = 0; i < Panels.Count; i++)
        {
            Panel(svg, FirstTop + (i * PanelPitch), Panels[i]);
        }

        Line(svg, $"<text x=\"{Left + (Plot / 2)}\" y=\"{height - 18}\" text-anchor=\"middle\">{(InDays ? "days" : "hours")} {Escape(Axis)}</text>");
        Line(svg, $"</svg>");
        return svg.ToString();
    }

    /// <summary>Writes text so that it is text in XML and HTML, in quotes too.</summary>
    public static string Escape(string text) => System.Net.WebUtility.HtmlEncode(text);

    private bool InDays => Seconds > 3 * 86_400;

    private void Panel(StringBuilder svg, int top, ChartPanel panel)
    {
        var (least, most, tick) = Range(panel);
        var bottom = top + PanelHeight;
        Line(svg, $"<text x=\"{Left}\" y=\"{top - 10}\">{Escape(panel.Label)}</text>");
        for (var at = least; at <= most + (tick / 2); at += tick)
        {
            var y = bottom - (PanelHeight * (at - least) / (most - least));
            Line(svg, $"<line x1=\"{Left}\" y1=\"{y:0.#}\" x2=\"{Width - Right}\" y2=\"{y:0.#}\" stroke=\"{(at == least ? "#222" : "#ddd")}\"/>");
            Line(svg, $"<text x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{at:#,0.###}</text>");
        }

        TimeAxis(svg, bottom);
        if (panel.Limit is { } limit)
        {
            var y = bottom - (PanelHeight * (limit - least) / (most - least));
            Line(svg, $"<line x1=\"{Left}\" y1=\"{y:0.#}\" x2=\"{Width - Right}\" y2=\"{y:0.#}\" stroke=\"#c00\" stroke-dasharray=\"6 4\"/>");
        }

        for (var i = 0; i < panel.Curves.Count; i++)
        {
            Curve(svg, panel.Curves[i], panel.Filled, Colours[i % Colours.Length], bottom, least, most);
        }

        Legend(svg, top, panel);
    }

    private static void Legend(StringBuilder svg, int top, ChartPanel panel)
    {
        var x = (double)(Width - Right);
        for (var i = panel.Curves.Count - 1; i >= 0 && panel.Curves.Count > 1; i--)
        {
            var name = panel.Curves[i].Name;
            Line(svg, $"<text x=\"{x:0.#}\" y=\"{top - 10}\" text-anchor=\"end\" fill=\"{Colours[i % Colours.Length]}\">{Escape(name)}</text>");
            x -= (name.Length * 7.2) + 16;
        }
    }

    private static void Curve(StringBuilder svg, ChartCurve curve, bool filled, string colour, int bottom, double least, double most)
    {
        var column = Plot / (double)Math.Max(1, curve.Values.Count - (filled ? 0 : 1));
        svg.Append(CultureInfo.InvariantCulture, $"<path fill=\"{(filled ? colour : "none")}\" fill-opacity=\"0.25\" stroke=\"{colour}\" stroke-width=\"1.3\" d=\"");
        svg.Append(filled ? string.Create(CultureInfo.InvariantCulture, $"M{Left},{bottom}") : "");
        var pen = filled ? 'L' : 'M';
        for (var c = 0; c < curve.Values.Count; c++)
        {
            var y = Y(c);
            if (!double.IsFinite(y))
            {
                pen = filled ? 'L' : 'M'; // A gap: nothing is known there.
            }
            else if (pen is 'M' || Y(c - 1) != y || Y(c + 1) != y)
            {
                svg.Append(CultureInfo.InvariantCulture, $"{pen}{Left + (column * c):0.#},{y:0.#}"); // What lies on a level line is left out.
                pen = 'L';
            }
        }

        Line(svg, $"{(filled ? string.Create(CultureInfo.InvariantCulture, $"L{Left + (column * (curve.Values.Count - 1)):0.#},{bottom}Z") : "")}\"/>");

        double Y(int c) => c >= 0 && c < curve.Values.Count && double.IsFinite(curve.Values[c])
            ? Math.Round(bottom - (PanelHeight * (Math.Clamp(curve.Values[c], least, most) - least) / (most - least)), 1)
            : double.NaN;
    }

    private void TimeAxis(StringBuilder svg, int bottom)
    {
        var unit = InDays ? 86_400.0 : 3600.0;
        var step = NiceStep(Seconds / unit / 8) * unit;
        for (var time = Math.Ceiling(StartSeconds / step) * step; time <= StartSeconds + (Seconds * 1.0001); time += step)
        {
            var x = Left + (Plot * (time - StartSeconds) / Seconds);
            Line(svg, $"<line x1=\"{x:0.#}\" y1=\"{bottom}\" x2=\"{x:0.#}\" y2=\"{bottom + 5}\" stroke=\"#222\"/>");
            Line(svg, $"<text x=\"{x:0.#}\" y=\"{bottom + 20}\" text-anchor=\"middle\">{time / unit:0.##}</text>");
        }
    }

    private static (double Least, double Most, double Tick) Range(ChartPanel panel)
    {
        var values = panel.Curves.SelectMany(static curve => curve.Values).Concat(panel.Limit is { } limit ? [limit] : []).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var (least, most) = (panel.FromZero ? Math.Min(0, values.Min()) : values.Min(), panel.FromZero ? Math.Max(0, values.Max()) : values.Max());
        var tick = NiceStep(Math.Max(most - least, 1e-3) / 4);
        return (Math.Floor(least / tick) * tick, Math.Max(Math.Ceiling(most / tick), Math.Floor(least / tick) + 1) * tick, tick);
    }

    // The next of 1, 2 and 5 times a power of ten: ticks are short numbers.
    private static double NiceStep(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(value, 1e-6))));
        return value <= power ? power : value <= 2 * power ? 2 * power : value <= 5 * power ? 5 * power : 10 * power;
    }

    private static void Line(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}

/// <summary>A panel of a chart.</summary>
/// <param name="Label">What it shows, with its unit.</param>
/// <param name="Curves">Its curves. At least one.</param>
public sealed record ChartPanel(string Label, IReadOnlyList<ChartCurve> Curves)
{
    /// <summary>Whether its axis begins at 0; otherwise it shows the range of the figures.</summary>
    public bool FromZero { get; init; }

    /// <summary>A value to draw across, such as a rating; null: none.</summary>
    public double? Limit { get; init; }

    /// <summary>Whether the area below each curve is filled.</summary>
    public bool Filled { get; init; }
}

/// <summary>A curve.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Values">Its values at even times over the whole axis; not finite: unknown.</param>
public sealed record ChartCurve(string Name, IReadOnlyList<double> Values);
