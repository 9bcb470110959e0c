using System.Globalization;
using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli.Report;

/// <summary>A report of energy as comma-separated values (RFC 4180): the rows; of a report by site with the metrics, one column each.</summary>
internal static class EnergyCsv
{
    private static readonly string[] Numbers =
        ["itKilowattHours", "measuredShare", "coveredShare", "facilityKilowattHours", "coolingKilowattHours", "cost", "carbonGrams", "uncountedSeconds"];

    public static void Write(Terminal terminal, JsonElement report)
    {
        var by = report.Text("by")!;
        var sites = by == "site" ? report.Items("sites").ToDictionary(static site => site.Text("site") ?? "", StringComparer.Ordinal) : [];
        var metrics = sites.Values.FirstOrDefault() is { ValueKind: JsonValueKind.Object } first ? first.Items("metrics").Select(static metric => metric.Text("name")!).ToList() : [];
        terminal.Out.WriteLine(string.Join(',', [by, "from", "to", "queue", "currency", .. Numbers, .. metrics]));
        foreach (var row in report.Items("rows"))
        {
            var values = metrics.Count > 0 && sites.TryGetValue(row.Text("name") ?? "", out var site) ? site.Items("metrics").Select(static metric => Number(metric.Real("value"))) : metrics.Select(static _ => "");
            terminal.Out.WriteLine(string.Join(',',
            [
                Quoted(row.Text("name")), Quoted(report.Text("from")), Quoted(report.Text("to")), Quoted(row.Text("queue")), Quoted(row.Text("currency")), .. Numbers.Select(name => Number(row.Real(name))), .. values,
            ]));
        }
    }

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Quoted(string? text) => text is null ? "" : text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
