using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli.Series;

/// <summary><c>datahall series</c>: how a metric went over a time.</summary>
internal static class SeriesCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var metric = new Argument<string?>("METRIC") { Description = "The metric, such as node_load1; left out: all metrics are listed", DefaultValueFactory = static _ => null };
        var label = new Option<string[]>("--label", "-l") { Description = "Only series with this label; may be given several times", HelpName = "NAME=VALUE", Arity = ArgumentArity.OneOrMore };
        var from = new Option<string?>("--from") { Description = "Where it begins: a time, or how long ago, such as 6h. Default 1h", HelpName = "TIME" };
        var to = new Option<string?>("--to") { Description = "Where it ends, as --from. Default now", HelpName = "TIME" };
        var step = new Option<string?>("--step") { Description = "The time between two points, such as 60s (default: some 240 points)", HelpName = "TIME" };
        var rate = new Option<bool>("--rate") { Description = "Show what a counter grows by, per second" };
        var output = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json);
        var command = new Command("series", "Show how a metric went over a time") { metric, label, from, to, step, rate, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var name = parsed.GetValue(metric);
            (string Name, string? Value)[] asked =
            [
                ("metric", name), .. (parsed.GetValue(label) ?? []).Select(static pair => ("label", (string?)pair)),
                ("from", parsed.GetValue(from)), ("to", parsed.GetValue(to)), ("step", parsed.GetValue(step)), ("rate", parsed.GetValue(rate) ? "true" : null),
            ];
            var query = string.Join('&', asked.Where(static part => part.Value is not null).Select(static part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
            var answer = await session.Api.GetAsync(name is null ? "/api/v1/series/metrics" : $"/api/v1/series?{query}", cancellationToken);
            if (parsed.GetValue(output) is OutputFormat.Json)
            {
                session.Terminal.Out.WriteLine(ResourceWriter.Json(answer));
            }
            else if (name is null)
            {
                new TableText(session.Terminal, ["METRIC", "SERIES"]).Write([.. answer.Items("items").Select(static item => (IReadOnlyList<Cell>)[item.Text("metric")!, HumanUnits.Number(item.Real("series") ?? 0, "0")])]);
            }
            else
            {
                SeriesTable.Write(session.Terminal, answer);
            }
        });
        return command;
    }
}
