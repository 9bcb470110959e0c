using System.Globalization;
using Datahall.Cli.Bench.Load;
using Datahall.Cli.Output;
using HdrHistogram;

namespace Datahall.Cli.Bench;

/// <summary>A report for eyes.</summary>
internal static class ReportTable
{
    public static void Write(Terminal terminal, LoadReport report)
    {
        WriteRequests(terminal, report);
        terminal.Out.WriteLine();
        new TableText(terminal, ["MILLISECONDS", .. ReportFields.Percentiles.Select(static p => p.Heading), "MAX"])
            .Write([.. ReportFields.Histograms(report).Select(static pair => Row(pair.Label, pair.Histogram))]);
        foreach (var doubt in report.Doubts())
        {
            terminal.Out.WriteLine(terminal.Paint($"note: {doubt}", Ink.Yellow));
        }
    }

    private static void WriteRequests(Terminal terminal, LoadReport report)
    {
        var counts = report.Counts;
        var plan = report.Plan;
        terminal.Out.WriteLine(plan.Rate is { } rate
            ? Text($"open loop, {rate} requests/s, {plan.Arrivals.ToString().ToLowerInvariant()} arrivals, {report.Seconds:0.##} s, {report.Workers} connections opened of {plan.Connections}")
            : Text($"closed loop, {plan.Connections} connections, {report.Seconds:0.##} s"));
        terminal.Out.WriteLine();
        List<IReadOnlyList<Cell>> rows =
        [
            ["requests due", Text($"{counts.Arrivals}")],
            ["responses", Text($"{report.Responses}")],
            ["responses/s", Text($"{report.Rate:0.#}")],
            ["bytes/s", HumanUnits.Bytes(report.BytesPerSecond)],
            ["failed", Text($"{report.Errors} ({report.ErrorShare * 100:0.###} %)")],
        ];
        rows.AddRange(ReportFields.Errors(report).Where(static error => error.Count > 0).Select(static error => (IReadOnlyList<Cell>)[$"  {error.Label}", Text($"{error.Count}")]));
        if (plan.Rate is not null)
        {
            rows.Add(["late by the generator", Text($"{counts.LateByGenerator}")]);
            rows.Add(["late for want of connections", Text($"{counts.LateByConnections}")]);
        }

        rows.Add(["processors of the generator", Text($"{report.CoresUsed:0.00} of {report.Cores}")]);
        new TableText(terminal, ["REQUESTS", "COUNT"]).Write(rows);
    }

    private static IReadOnlyList<Cell> Row(string label, HistogramBase histogram) => histogram.TotalCount == 0
        ? [label, .. ReportFields.Percentiles.Select(static _ => (Cell)"-"), "-"]
        : [label, .. ReportFields.Percentiles.Select(p => (Cell)Milliseconds(histogram.GetValueAtPercentile(p.Percent))), Milliseconds(histogram.GetMaxValue())];

    private static string Milliseconds(long microseconds) => Text($"{microseconds / 1000.0:0.00}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
