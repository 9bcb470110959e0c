using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;
using Datahall.Control.Agents;
using Datahall.Model;

namespace Datahall.Cli.Top;

/// <summary><c>datahall top</c>: what nodes and tasks use right now, and what queues hold and are due.</summary>
internal static class TopCommand
{
    private const string PowerView = "power";
    private const string LogsView = "logs";

    private static readonly string[] Views = ["nodes", "tasks", "queues", PowerView, LogsView];

    public static Command Create(GlobalOptions globals)
    {
        var view = new Argument<string>("nodes|tasks|queues|power|logs") { Description = "What to measure", DefaultValueFactory = static _ => Views[0] };
        view.CompletionSources.Add(Views);
        var output = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json);
        var search = new Option<string?>("--search") { Description = "Of top logs, only kinds of lines with these words", HelpName = "WORDS" };
        var command = new Command("top", "Show what nodes or tasks use, the busiest first; what queues hold, wait for and are due; what power is drawn; or what kinds of lines tasks write") { view, output, search };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var word = parsed.GetRequiredValue(view);
            if (word == PowerView)
            {
                await PowerAsync(session, parsed.GetValue(output), cancellationToken);
                return;
            }

            if (word == LogsView)
            {
                await LogRows.WriteAsync(session, parsed.GetValue(search), parsed.GetValue(output), cancellationToken);
                return;
            }

            var kind = ResourceKinds.Find(word);
            if (kind is ResourceKinds.Node or ResourceKinds.Task or ResourceKinds.Queue && parsed.GetValue(output) is OutputFormat.Json)
            {
                var answer = await session.Api.GetAsync($"/api/v1/top/{kind.ToLowerInvariant()}s", cancellationToken);
                session.Terminal.Out.WriteLine(ResourceWriter.Json(answer));
                return;
            }

            switch (kind)
            {
                case ResourceKinds.Node:
                    await NodesAsync(session, cancellationToken);
                    break;
                case ResourceKinds.Task:
                    await TasksAsync(session, cancellationToken);
                    break;
                case ResourceKinds.Queue:
                    await QueuesAsync(session, cancellationToken);
                    break;
                default:
                    throw CommandFailure.Usage($"there are no readings of '{word}'{NameSuggestion.For(word, Views)}; there is top nodes, top tasks, top queues, top power and top logs");
            }
        });
        return command;
    }

    private static async Task NodesAsync(Session session, CancellationToken cancellationToken)
    {
        var readings = await ReadingsAsync(session, cancellationToken);
        var (nodes, _) = await session.Api.ListAsync(ResourceKinds.Node, null, cancellationToken);
        var capacities = nodes.ToDictionary(static node => node.Key.Name, static node => ((Node)node.Value).Status?.Capacity);
        new TableText(session.Terminal, NodeRow.Headings).Write(
            [.. readings.OrderByDescending(static node => node.CpuUsed).Select(node => NodeRow.Of(node, capacities.GetValueOrDefault(node.Node)))]);
    }

    private static async Task TasksAsync(Session session, CancellationToken cancellationToken)
    {
        var readings = await ReadingsAsync(session, cancellationToken);
        var rows = readings
            .SelectMany(static node => node.Tasks.Select(task => (Task: task, node.Node)))
            .OrderByDescending(static row => row.Task.CpuUsed)
            .Select(static row => (IReadOnlyList<Cell>)
                [row.Task.Task, row.Node, HumanUnits.Number(row.Task.CpuUsed), HumanUnits.Bytes(row.Task.MemoryUsedBytes)]);
        new TableText(session.Terminal, ["TASK", "NODE", "CPU", "MEMORY"]).Write([.. rows]);
    }

    private static async Task PowerAsync(Session session, OutputFormat format, CancellationToken cancellationToken)
    {
        var answer = await session.Api.GetAsync("/api/v1/top/power", cancellationToken);
        if (format is OutputFormat.Json)
        {
            session.Terminal.Out.WriteLine(ResourceWriter.Json(answer));
        }
        else
        {
            PowerTables.Write(session.Terminal, answer);
        }
    }

    private static async Task QueuesAsync(Session session, CancellationToken cancellationToken)
    {
        var page = await session.Api.GetAsync("/api/v1/top/queues", ApiJson.Default.QueueStandingPage, cancellationToken);
        new TableText(session.Terminal, QueueRows.Headings).Write([.. QueueRows.Of(page.Items)]);
    }

    private static async Task<IReadOnlyList<NodeReadings>> ReadingsAsync(Session session, CancellationToken cancellationToken) =>
        (await session.Api.GetAsync("/api/v1/top/nodes", ApiJson.Default.NodeReadingsPage, cancellationToken)).Items;
}
