using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli.Report;

/// <summary>A report of energy for eyes.</summary>
internal static class EnergyTables
{
    private const string None = "-";

    public static void Write(Terminal terminal, JsonElement report)
    {
        terminal.Out.WriteLine($"{Minute(report.Text("from"))} to {Minute(report.Text("to"))}, {report.Text("timeZone")}");
        var rows = report.Items("rows").ToList();
        if (rows.Count == 0)
        {
            terminal.Error.WriteLine("nothing was counted in this period");
            return;
        }

        terminal.Out.WriteLine();
        new TableText(terminal, [report.Text("by")!.ToUpperInvariant(), "QUEUE", "IT", "MEASURED", "FACILITY", "COOLING", "COST", "CO2E", "UNCOUNTED"]).Write([.. rows.Select(Row)]);
        foreach (var site in report.Items("sites"))
        {
            WriteSite(terminal, site);
        }
    }

    private static void WriteSite(Terminal terminal, JsonElement site)
    {
        var metrics = site.Items("metrics").ToList();
        if (!metrics.Any(static metric => metric.Real("value") is not null))
        {
            return;
        }

        terminal.Out.WriteLine();
        terminal.Out.WriteLine($"{terminal.Paint($"site/{site.Text("site")}", Ink.Strong)}: counted {Time(site.Real("seconds"))}, of which the whole site {Time(site.Real("facilitySeconds"))}; by the site's model above the servers");
        new TableText(terminal, [.. metrics.Select(static metric => metric.Text("name")!)]).Write([[.. metrics.Select(static metric => (Cell)(metric.Real("value") is { } value ? HumanUnits.Number(value, "0.000") : None))]]);
        foreach (var reason in metrics.Where(static metric => metric.Text("reason") is not null).GroupBy(static metric => metric.Text("reason")))
        {
            terminal.Out.WriteLine($"{string.Join(", ", reason.Select(static metric => metric.Text("name")))}: {reason.Key}");
        }
    }

    private static IReadOnlyList<Cell> Row(JsonElement r) =>
    [
        r.Text("name") is { Length: > 0 } name ? name : "(none)",
        r.Text("queue") ?? None,
        HumanUnits.KilowattHours(r.Real("itKilowattHours") ?? 0),
        HumanUnits.Number(100 * (r.Real("measuredShare") ?? 0), "0") + "%",
        r.Real("facilityKilowattHours") is { } all ? HumanUnits.KilowattHours(all) : None,
        r.Real("coolingKilowattHours") is { } cooling ? HumanUnits.KilowattHours(cooling) : None,
        r.Real("cost") is { } cost ? $"{HumanUnits.Number(cost, "0.00##")} {r.Text("currency")}" : None,
        r.Real("carbonGrams") is { } grams ? HumanUnits.Grams(grams) : None,
        Time(r.Real("uncountedSeconds")),
    ];

    private static string Time(double? seconds) => seconds is > 0 ? new Model.Duration((long)Math.Round(seconds.Value) * 1000).ToString() : "0s";

    private static string Minute(string? time) => time is { Length: >= 16 } ? string.Concat(time.AsSpan(0, 10), " ", time.AsSpan(11, 5)) : time ?? "";
}
