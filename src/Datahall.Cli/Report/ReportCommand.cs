using System.CommandLine;
using Datahall.Cli.Output;

namespace Datahall.Cli.Report;

/// <summary><c>datahall report</c>: what was used in a period.</summary>
internal static class ReportCommand
{
    private static readonly string[] Rows = ["site", "queue", "job", "service", "node"];

    public static Command Create(GlobalOptions globals) => new("report", "Report what was used in a period") { Energy(globals) };

    private static Command Energy(GlobalOptions globals)
    {
        var from = new Option<string?>("--from") { Description = "Where it begins: 2026-11-25, 2026-11-25T18:00 (the site's time zone), or a time before now such as 24h or 7d. Default 24h", HelpName = "TIME" };
        var to = new Option<string?>("--to") { Description = "Where it ends, as --from. Default now", HelpName = "TIME" };
        var by = new Option<string?>("--by") { Description = $"What the rows are: {string.Join(", ", Rows)}. Default site", HelpName = string.Join('|', Rows) };
        by.CompletionSources.Add(Rows);
        var site = new Option<string?>("--site") { Description = "Only what was used at this site", HelpName = "NAME" };
        var output = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json, OutputFormat.Csv);
        var command = new Command("energy", "Energy, cost and emissions by site, queue, job, service or node, and each site's PUE and its family") { from, to, by, site, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            (string Name, string? Value)[] asked = [("from", parsed.GetValue(from)), ("to", parsed.GetValue(to)), ("by", parsed.GetValue(by)), ("site", parsed.GetValue(site))];
            var query = string.Join('&', asked.Where(static part => part.Value is not null).Select(static part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
            var report = await session.Api.GetAsync($"/api/v1/report/energy?{query}", cancellationToken);
            switch (parsed.GetValue(output))
            {
                case OutputFormat.Json:
                    session.Terminal.Out.WriteLine(ResourceWriter.Json(report));
                    break;
                case OutputFormat.Csv:
                    EnergyCsv.Write(session.Terminal, report);
                    break;
                default:
                    EnergyTables.Write(session.Terminal, report);
                    break;
            }
        });
        return command;
    }
}
