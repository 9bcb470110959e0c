using System.Globalization;
using System.Text;
using Datahall.Model;
using Datahall.Twin.Charts;
using Datahall.Twin.Energy;

namespace Datahall.Cli.Simulate;

/// <summary>A scenario's report as one page that stands alone: no script, no link, nothing to fetch.</summary>
internal static class ScenarioHtml
{
    private const string Style = """
        body { font: 15px/1.45 sans-serif; color: #222; background: #fff; max-width: 1000px; margin: 2em auto; padding: 0 1em }
        table { border-collapse: collapse; margin: 1em 0; display: block; overflow-x: auto }
        th, td { padding: .2em .8em; border-bottom: 1px solid #ddd; text-align: right; white-space: pre; font-variant-numeric: tabular-nums }
        th:first-child, td:first-child { text-align: left } thead th { border-bottom: 2px solid #222 }
        svg { max-width: 100%; height: auto }
        """;

    public static string Write(ScenarioSpec spec, ScenarioReport report)
    {
        var page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
        page.Append(CultureInfo.InvariantCulture, $"<title>{TimeChart.Escape(report.Name)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{TimeChart.Escape(report.Name)}</h1>\n");
        if (spec.Description is { } description)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>{TimeChart.Escape(description)}</p>\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"<p>{TimeChart.Escape(ScenarioLines.Heading(spec, report))}. The baseline is {TimeChart.Escape(report.Runs[0].Policy)}.</p>\n");
        AppendTable(page, report);
        page.Append("<ul>\n");
        foreach (var sentence in ScenarioLines.Comparisons(report))
        {
            page.Append(CultureInfo.InvariantCulture, $"<li>{TimeChart.Escape(sentence)}</li>\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"</ul>\n{ScenarioChart.Svg(report)}</body>\n</html>");
        return page.ToString();
    }

    private static void AppendTable(StringBuilder page, ScenarioReport report)
    {
        page.Append("<table>\n<thead><tr><th></th>");
        foreach (var run in report.Runs)
        {
            page.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{TimeChart.Escape(run.Policy)}</th>");
        }

        page.Append("</tr></thead>\n<tbody>\n");
        foreach (var line in ScenarioLines.Of(report))
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{TimeChart.Escape(line.Name)}</td>");
            foreach (var run in report.Runs)
            {
                page.Append(CultureInfo.InvariantCulture, $"<td>{TimeChart.Escape(line.Text(run))}</td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody>\n</table>\n");
    }
}
