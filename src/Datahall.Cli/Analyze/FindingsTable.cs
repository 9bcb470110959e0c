using System.Globalization;
using Datahall.Cli.Output;
using Datahall.Monitoring.Anomalies;
using Datahall.Monitoring.Lines;

namespace Datahall.Cli.Analyze;

/// <summary>The findings for people: why it failed first, then what was unusual, then what the log is made of.</summary>
internal static class FindingsTable
{
    private const int LongestText = 160;
    private const int ShownAnomalies = 20;

    public static void Write(Terminal terminal, LogReport report, int top)
    {
        var (analysis, findings) = (report.Analysis, report.Findings);
        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Source}: {analysis.Lines:N0} lines, {findings.Templates.Count:N0} templates"));
        if (report.HasFormat && analysis.WithoutHeader > 0)
        {
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{analysis.WithoutHeader:N0} lines do not begin as --format says; they count whole"));
        }

        DiagnosisText.Write(terminal, findings.Diagnoses);
        WriteAnomalies(terminal, report);
        Heading(terminal, top >= findings.Templates.Count ? "Templates" : string.Create(CultureInfo.InvariantCulture, $"Templates, the {top} with the most lines"));
        new TableText(terminal, ["ID", "LINES", "SHARE", "FIRST", "TEMPLATE"]).Write(
        [
            .. findings.Templates.Take(top).Select(template => (IReadOnlyList<Cell>)
            [
                $"E{template.Id}", Number(template.Lines), (100.0 * template.Lines / analysis.Lines).ToString("0.0", CultureInfo.InvariantCulture) + " %",
                Number(template.FirstLine), PrintableText.Of(template.Text, LongestText),
            ]),
        ]);
    }

    private static void WriteAnomalies(Terminal terminal, LogReport report)
    {
        var (analysis, findings) = (report.Analysis, report.Findings);
        if (findings.Anomalies.Count == 0)
        {
            return;
        }

        var worst = findings.Anomalies.OrderByDescending(static anomaly => anomaly.Severity).ThenBy(static anomaly => anomaly.Line).Take(ShownAnomalies).ToList();
        var all = findings.Anomalies.Count + analysis.AnomaliesNotKept;
        Heading(terminal, all > worst.Count ? string.Create(CultureInfo.InvariantCulture, $"Anomalies, {worst.Count} of {all:N0}") : "Anomalies");
        var texts = findings.Templates.ToDictionary(static template => template.Id, static template => template.Text);
        new TableText(terminal, ["LINE", "SEVERITY", "WHAT", "ID", "TEMPLATE"]).Write(
        [
            .. worst.Select(anomaly => (IReadOnlyList<Cell>)
            [
                Number(anomaly.Line), new Cell(DiagnosisText.Word(anomaly.Severity), DiagnosisText.InkOf(anomaly.Severity)), What(anomaly), $"E{anomaly.Template}",
                PrintableText.Of(texts.GetValueOrDefault(anomaly.Template, ""), LongestText),
            ]),
        ]);
    }

    private static string What(LogAnomaly anomaly) => anomaly.Kind is AnomalyKind.NewTemplate
        ? "new"
        : string.Create(CultureInfo.InvariantCulture, $"burst: {anomaly.Lines} lines, usually {anomaly.Expected:0.#}");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Heading(Terminal terminal, string text) => terminal.Out.WriteLine($"\n{terminal.Paint(text, Ink.Strong)}");
}
