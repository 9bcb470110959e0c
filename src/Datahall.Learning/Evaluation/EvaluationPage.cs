using System.Globalization;
using System.Net;
using System.Text;

namespace Datahall.Learning.Evaluation;

/// <summary>Writes a report as one HTML page that needs nothing else: no script, no network, light or dark as the reader's system is.</summary>
internal static class EvaluationPage
{
    private const string Style = """
        :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --good: 40, 150, 90; --bad: 200, 70, 50 }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
        h2 { margin-top: 2.5rem; font-size: 1.15rem }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums }
        th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top }
        th:first-child, td:first-child, .text td { text-align: left }
        tr.average td { font-weight: 600 }
        pre, .scroll { overflow-x: auto }
        .figure { display: inline-block; margin: 0 2rem 1rem 0 } .figure b { display: block; font-size: 1.6rem }
        """;

    /// <param name="report">The report.</param>
    /// <param name="digits">Digits of the scores.</param>
    public static string Write(EvaluationReport report, int digits = 3)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Escape(report.Model)}</title>\n<style>\n{Style}\n</style></head><body>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Escape(report.Model)}</h1>\n<p>on {Escape(report.Data)}</p>\n");
        AppendFigures(page, report, digits);
        AppendScores(page, "Entities", report.Entities?.Classes, [report.Entities?.Micro, report.Entities?.Macro, report.Entities?.Weighted], digits);
        AppendScores(page, "Labels one by one", report.Tokens?.Classes, [report.Tokens?.Micro, report.Tokens?.Macro, report.Tokens?.Weighted], digits);
        AppendScores(
            page,
            "Sets of labels",
            report.MultiLabel?.Classes,
            [report.MultiLabel?.Micro, report.MultiLabel?.Macro, report.MultiLabel?.Weighted, report.MultiLabel?.Samples],
            digits);
        EvaluationPageParts.AppendConfusion(page, report.Confusion);
        EvaluationPageParts.AppendCalibration(page, report.Calibration);
        EvaluationPageParts.AppendWorst(page, report.Worst);
        return page.Append("</body></html>\n").ToString();
    }

    internal static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static void AppendFigures(StringBuilder page, EvaluationReport report, int digits)
    {
        var shares = new (string Name, double? Value)[]
        {
            ("entity F1", report.Entities?.Micro.F1),
            ("accuracy", report.Tokens?.Accuracy),
            ("macro F1", report.Tokens?.Macro.F1 ?? report.MultiLabel?.Macro.F1),
            ("exact sets", report.MultiLabel?.Exact),
            ("calibration error", report.Calibration?.ExpectedError),
        };
        page.Append("<div>");
        foreach (var (name, value) in shares.Where(share => share.Value is not null))
        {
            AppendFigure(page, name, FixedPoint.Text(value!.Value, digits));
        }

        foreach (var (name, value) in report.Figures)
        {
            AppendFigure(page, name, value.ToString("0.####", CultureInfo.InvariantCulture));
        }

        if (report.BadLines > 0)
        {
            AppendFigure(page, "bad lines skipped", report.BadLines.ToString(CultureInfo.InvariantCulture));
        }

        page.Append("</div>\n");
    }

    private static void AppendFigure(StringBuilder page, string name, string value) =>
        page.Append(CultureInfo.InvariantCulture, $"<span class=\"figure\"><b>{value}</b>{Escape(name)}</span>");

    private static void AppendScores(StringBuilder page, string title, IReadOnlyList<ClassScore>? classes, ClassScore?[] averages, int digits)
    {
        if (classes is null)
        {
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n<div class=\"scroll\"><table>\n");
        page.Append("<tr><th></th><th>precision</th><th>recall</th><th>f1-score</th><th>support</th></tr>\n");
        foreach (var score in classes)
        {
            AppendScore(page, score, "<tr>", digits);
        }

        foreach (var score in averages)
        {
            AppendScore(page, score!, "<tr class=\"average\">", digits);
        }

        page.Append("</table></div>\n");
    }

    private static void AppendScore(StringBuilder page, ClassScore score, string row, int digits)
    {
        page.Append(row).Append("<td>").Append(Escape(score.Label)).Append("</td>");
        foreach (var value in new[] { score.Precision, score.Recall, score.F1 })
        {
            page.Append("<td>").Append(FixedPoint.Text(value, digits)).Append("</td>");
        }

        page.Append(CultureInfo.InvariantCulture, $"<td>{score.Support}</td></tr>\n");
    }
}
