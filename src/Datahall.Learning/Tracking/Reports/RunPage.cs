using System.Globalization;
using System.Net;
using System.Text;

namespace Datahall.Learning.Tracking.Reports;

/// <summary>One or more runs as an HTML page in one file: facts, configuration, files, and a chart of each metric.</summary>
internal static class RunPage
{
    private const string Style =
        "body{font-family:sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#222}"
        + "table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #ddd;padding:.3em .6em;text-align:left;vertical-align:top}"
        + "svg{width:100%;max-width:640px;display:block;margin:1em 0}.best{font-weight:bold}";

    public static string Write(IReadOnlyList<RunRecord> runs, DateTimeOffset now)
    {
        var page = new StringBuilder();
        var title = string.Join(", ", runs.Select(run => run.Name));
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Text(title)}</title><style>{Style}</style></head><body>\n<h1>{Text(title)}</h1>\n");
        if (runs.Count > 1)
        {
            WriteComparison(page, runs);
        }

        foreach (var name in RunComparison.MetricNames(runs))
        {
            page.Append(SvgChart.Draw(name, [.. runs.Select(run => run.Metrics.GetValueOrDefault(name))]));
        }

        foreach (var run in runs)
        {
            WriteRun(page, run, now);
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static void WriteComparison(StringBuilder page, IReadOnlyList<RunRecord> runs)
    {
        page.Append("<table><tr><th></th>");
        for (var i = 0; i < runs.Count; i++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<th style=\"color:{SvgChart.ColourOf(i)}\">{Text(runs[i].Name)}</th>");
        }

        foreach (var row in RunComparison.Rows(runs))
        {
            page.Append(CultureInfo.InvariantCulture, $"</tr>\n<tr><td>{Text(row.Name)}</td>");
            for (var i = 0; i < row.Values.Count; i++)
            {
                page.Append(CultureInfo.InvariantCulture, $"<td{(row.Best == i ? " class=\"best\"" : "")}>{Text(row.Values[i])}</td>");
            }
        }

        page.Append("</tr></table>\n");
    }

    private static void WriteRun(StringBuilder page, RunRecord run, DateTimeOffset now)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(run.Name)}</h2>\n");
        WriteTable(page, RunFacts.Of(run, now));
        WriteTable(page, run.Document.Configuration.Select(setting => (setting.Key, setting.Value)));
        WriteTable(page, run.Document.Data.Concat(run.Document.Artifacts).Select(file => (file.Path, $"{file.Bytes} bytes, XxHash128 {file.Xxh128}")));
    }

    private static void WriteTable(StringBuilder page, IEnumerable<(string Name, string Value)> rows)
    {
        page.Append("<table>");
        foreach (var (name, value) in rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(name)}</td><td>{Text(value)}</td></tr>\n");
        }

        page.Append("</table>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
