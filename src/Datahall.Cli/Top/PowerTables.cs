using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli.Top;

/// <summary>What is drawn now, as tables: sites, nodes, and the jobs and services.</summary>
internal static class PowerTables
{
    private const string None = "-";

    public static void Write(Terminal terminal, JsonElement power)
    {
        if (!power.Items("nodes").Any())
        {
            terminal.Error.WriteLine("no node has sent readings yet");
            return;
        }

        new TableText(terminal, ["SITE", "IT", "FACILITY", "COOLING", "LOSSES", "OTHER", "PUE NOW", "OUTDOOR", "SUPPLY"]).Write([.. power.Items("sites").Select(Site)]);
        terminal.Out.WriteLine();
        new TableText(terminal, ["NODE", "RACK", "POWER", "CAP", "SOURCE", "TYPE", "IDLE", "FACILITY", "COOLING", "INLET", "PRICE", "TASKS"]).Write([.. power.Items("nodes").Select(Node)]);
        terminal.Out.WriteLine();
        new TableText(terminal, ["WORK", "QUEUE", "TASKS", "POWER", "MEASURED", "FACILITY", "COOLING"]).Write([.. power.Items("owners").Select(Owner)]);
        foreach (var site in power.Items("sites").Where(static site => site.Text("missing") is not null))
        {
            terminal.Error.WriteLine($"{(site.Text("site") is { Length: > 0 } name ? $"site/{name}" : "nodes without a place")}: {site.Text("missing")}");
        }
    }

    private static IReadOnlyList<Cell> Site(JsonElement s) =>
    [
        Named(s.Text("site")), Watts(s, "itWatts"), Watts(s, "facilityWatts"), Watts(s, "coolingWatts"), Watts(s, "lossWatts"), Watts(s, "otherWatts"),
        s.Real("pue") is { } pue ? HumanUnits.Number(pue, "0.000") : None, Celsius(s, "outdoorCelsius"), Celsius(s, "supplyCelsius"),
    ];

    private static IReadOnlyList<Cell> Node(JsonElement n) =>
    [
        n.Text("node") ?? None,
        n.Text("rack") is { } rack ? $"{n.Text("site")}/{n.Text("hall")}/{rack}" : None,
        Watts(n, "watts"),
        n.Real("capWatts") is { } cap ? n.Real("heldWatts") is null ? $"{HumanUnits.Watts(cap)} (not in force)" : HumanUnits.Watts(cap) : None,
        n.Text("source") ?? None,
        $"{n.Text("serverType")} ({n.Text("typeFrom")})",
        Watts(n, "idleWatts"),
        Watts(n, "facilityWatts"),
        Watts(n, "coolingWatts"),
        Celsius(n, "inletCelsius"),
        n.Real("price") is { } price ? HumanUnits.Number(price, "0.000") : None,
        HumanUnits.Number(n.Number("tasks"), "0"),
    ];

    private static IReadOnlyList<Cell> Owner(JsonElement o) =>
    [
        o.Text("name") is { Length: > 0 } name ? $"{o.Text("kind")}/{name}" : $"({o.Text("kind")})",
        o.Text("queue") ?? None,
        HumanUnits.Number(o.Number("tasks"), "0"),
        Watts(o, "watts"),
        HumanUnits.Number(100 * (o.Real("measuredShare") ?? 0), "0") + "%",
        Watts(o, "facilityWatts"),
        Watts(o, "coolingWatts"),
    ];

    private static Cell Named(string? name) => name is { Length: > 0 } ? name : None;

    private static Cell Watts(JsonElement json, string field) => json.Real(field) is { } watts ? HumanUnits.Watts(watts) : None;

    private static Cell Celsius(JsonElement json, string field) => json.Real(field) is { } celsius ? HumanUnits.Number(celsius, "0.0") + "°C" : None;
}
