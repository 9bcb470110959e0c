using System.Globalization;
using System.Text;

namespace Datahall.Learning.Evaluation;

/// <summary>The parts of the page that are drawn: confusion, calibration, and the worst examples.</summary>
internal static class EvaluationPageParts
{
    private const int ChartSize = 240;

    /// <summary>A table whose cells are shaded by their share of the gold label.</summary>
    public static void AppendConfusion(StringBuilder page, Confusion? confusion)
    {
        if (confusion is null)
        {
            return;
        }

        page.Append("<h2>Confusion: gold at the left, predicted above</h2>\n<div class=\"scroll\"><table>\n<tr><th></th>");
        foreach (var label in confusion.Labels)
        {
            page.Append("<th>").Append(EvaluationPage.Escape(label)).Append("</th>");
        }

        page.Append("</tr>\n");
        for (var i = 0; i < confusion.Labels.Count; i++)
        {
            var total = Math.Max(1, confusion.Counts[i].Sum());
            page.Append("<tr><td>").Append(EvaluationPage.Escape(confusion.Labels[i])).Append("</td>");
            for (var j = 0; j < confusion.Labels.Count; j++)
            {
                AppendCell(page, confusion.Counts[i][j], (double)confusion.Counts[i][j] / total, i == j ? "--good" : "--bad");
            }

            page.Append("</tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private static void AppendCell(StringBuilder page, long count, double share, string colour) => page.Append(
        CultureInfo.InvariantCulture,
        $"<td style=\"background: rgba(var({colour}), {(count > 0 ? 0.05 + 0.6 * Math.Sqrt(share) : 0):0.##})\">{count}</td>");

    /// <summary>A reliability diagram: bars of accuracy over confidence, and the diagonal that a calibrated model follows.</summary>
    public static void AppendCalibration(StringBuilder page, Calibration? calibration)
    {
        if (calibration is not { Count: > 0 })
        {
            return;
        }

        page.Append("<h2>Calibration</h2>\n");
        page.Append(CultureInfo.InvariantCulture, $"<svg width=\"{ChartSize}\" height=\"{ChartSize}\" role=\"img\" aria-label=\"accuracy over confidence\">");
        foreach (var bin in calibration.Bins.Where(bin => bin.Count > 0))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<rect x=\"{bin.From * ChartSize:0.#}\" y=\"{(1 - bin.Accuracy) * ChartSize:0.#}\" width=\"{(bin.To - bin.From) * ChartSize - 1:0.#}\" height=\"{bin.Accuracy * ChartSize:0.#}\" fill=\"rgb(var(--good))\"/>");
        }

        page.Append(CultureInfo.InvariantCulture, $"<line x1=\"0\" y1=\"{ChartSize}\" x2=\"{ChartSize}\" y2=\"0\" stroke=\"currentColor\" stroke-dasharray=\"4\"/></svg>\n");
        page.Append(
            CultureInfo.InvariantCulture,
            $"<p>Accuracy over confidence. Expected calibration error {FixedPoint.Text(calibration.ExpectedError, 4)}, Brier score {FixedPoint.Text(calibration.Brier, 4)}, log loss {FixedPoint.Text(calibration.LogLoss, 4)}.</p>\n");
    }

    public static void AppendWorst(StringBuilder page, IReadOnlyList<WrongExample> examples)
    {
        if (examples.Count == 0)
        {
            return;
        }

        page.Append("<h2>Worst examples</h2>\n<div class=\"scroll\"><table class=\"text\">\n");
        page.Append("<tr><th>where</th><th>text</th><th>gold</th><th>predicted</th><th>P(gold)</th></tr>\n");
        foreach (var example in examples)
        {
            page.Append("<tr>");
            foreach (var cell in new[] { example.Where, example.Text, example.Gold, example.Predicted })
            {
                page.Append("<td>").Append(EvaluationPage.Escape(cell)).Append("</td>");
            }

            page.Append("<td>").Append(example.GoldProbability is { } probability ? FixedPoint.Text(probability, 4) : "").Append("</td></tr>\n");
        }

        page.Append("</table></div>\n");
    }
}
