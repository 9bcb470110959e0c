using System.CommandLine;
using System.Text.Json;
using Datahall.Cli.Output;

namespace Datahall.Cli.Optimize;

/// <summary><c>datahall optimize</c>: slow thinking about the whole, on request.</summary>
internal static class OptimizeCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var file = new Argument<string?>("FILE") { Description = "An optimisation model: nodes, tasks and fan levels; - for standard input", Arity = ArgumentArity.ZeroOrOne };
        var output = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json);
        var command = new Command("optimize", "Think about the whole: place all that waits at once, join free room together, or solve an optimisation model") { file, output, Placement(globals), Rebalance(globals) };
        command.SetAction(parsed => EnergyRun.Run(
            globals.TerminalFor(parsed),
            parsed.GetValue(file) ?? throw CommandFailure.Usage("'datahall optimize' needs a file or a verb: placement, rebalance; see 'datahall optimize --help'"),
            parsed.GetValue(output)));
        return command;
    }

    private static Command Placement(GlobalOptions globals)
    {
        var (dryRun, output) = (DryRun(), OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json));
        var command = new Command("placement", "Place all waiting gangs as a whole, and compare with one after the other") { dryRun, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var answer = await PostAsync(session, $"/api/v1/optimize/placement?dryRun={Text(parsed.GetValue(dryRun))}", cancellationToken);
            if (parsed.GetValue(output) is OutputFormat.Json)
            {
                WriteJson(session.Terminal, answer);
                return;
            }

            PlacementReport.Write(session.Terminal, answer.Deserialize(OptimizeJson.Default.PlacementAnswer)!);
        });
        return command;
    }

    private static Command Rebalance(GlobalOptions globals)
    {
        var (dryRun, output) = (DryRun(), OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json));
        var mostMoves = new Option<int?>("--max-moves") { Description = "The most moves; default: what the profile 'default' says, or 4", HelpName = "N" };
        var goal = new Option<string>("--goal") { Description = "What the moves are to win: free room that is joined together, or power of the site", HelpName = "room|energy", DefaultValueFactory = static _ => "room" };
        goal.CompletionSources.Add("room", "energy");
        var command = new Command("rebalance", "Move running tasks so that free room is joined together, or power is saved") { dryRun, mostMoves, goal, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var most = parsed.GetValue(mostMoves) is { } number ? $"&maxMoves={number}" : "";
            var wins = parsed.GetRequiredValue(goal);
            var answer = await PostAsync(session, $"/api/v1/optimize/rebalance?dryRun={Text(parsed.GetValue(dryRun))}{most}&goal={Uri.EscapeDataString(wins)}", cancellationToken);
            if (parsed.GetValue(output) is OutputFormat.Json)
            {
                WriteJson(session.Terminal, answer);
                return;
            }

            MovesReport.Write(session.Terminal, wins == "energy" ? "SAVES WATTS" : "WINS GPUS", answer.Deserialize(OptimizeJson.Default.MovesAnswer)!);
        });
        return command;
    }

    private static Option<bool> DryRun() => new("--dry-run") { Description = "Only say what would be done" };

    private static string Text(bool flag) => flag ? "true" : "false";

    private static async Task<JsonElement> PostAsync(Session session, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        return await session.Api.SendAsync(request, OptimizeJson.Default.JsonElement, cancellationToken);
    }

    private static void WriteJson(Terminal terminal, JsonElement answer) => terminal.Out.WriteLine(answer.GetRawText());
}
