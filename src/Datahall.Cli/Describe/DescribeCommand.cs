using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Events;
using Datahall.Cli.Output;
using Datahall.Cli.Rollouts;
using Datahall.Cli.Targets;
using Datahall.Model;
using Datahall.Model.Manifests;

namespace Datahall.Cli.Describe;

/// <summary><c>datahall describe</c>: everything about one resource on one page.</summary>
internal static class DescribeCommand
{
    private const int ShownEvents = 20;

    public static Command Create(GlobalOptions globals)
    {
        var what = new Argument<string[]>("KIND/NAME") { HelpName = "KIND/NAME", Description = "The resource, or a kind and a name", Arity = new(1, 2) };
        what.CompletionSources.Add(context => ResourceCompletion.KindsThenNames(globals, context));
        var command = new Command("describe", "Show everything about a resource: its tasks, events and why it is so") { what };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var words = parsed.GetRequiredValue(what);
            await WriteAsync(session, Target.Key(words is [var kind, var name] ? $"{kind}/{name}" : words[0]), cancellationToken);
        });
        return command;
    }

    private static async Task WriteAsync(Session session, ResourceKey key, CancellationToken cancellationToken)
    {
        var terminal = session.Terminal;
        var resource = await session.Api.GetAsync(key, cancellationToken);
        WriteResource(terminal, resource);
        await WriteTasksAsync(session, key, cancellationToken);
        if (resource.Value is Service service)
        {
            Heading(terminal, "Versions");
            await RolloutText.WriteAsync(session, service, cancellationToken);
        }

        await WriteEventsAsync(session, key, cancellationToken);
        try
        {
            var explanation = await session.Api.ExplainAsync(key, cancellationToken);
            Heading(terminal, "Why");
            ExplainCommand.Write(terminal, explanation);
        }
        catch (NotFoundFailure)
        {
            // Not every kind has something to explain.
        }
    }

    private static void WriteResource(Terminal terminal, Received resource)
    {
        terminal.Out.WriteLine(terminal.Paint(resource.Key.ToString(), Ink.Strong));
        foreach (var line in ResourceYaml.Write(resource.Value).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            terminal.Out.WriteLine($"  {line}");
        }
    }

    private static async Task WriteTasksAsync(Session session, ResourceKey key, CancellationToken cancellationToken)
    {
        if (key.Kind is not (ResourceKinds.Job or ResourceKinds.Service or ResourceKinds.Node))
        {
            return;
        }

        var tasks = await OwnedTasks.OfAsync(session.Api, key, cancellationToken);
        Heading(session.Terminal, $"Tasks ({tasks.Count})");
        if (tasks.Count > 0)
        {
            new ResourceWriter(session.Terminal, OutputFormat.Table, session.Time).WriteAll(ResourceKinds.Task, tasks);
        }
    }

    private static async Task WriteEventsAsync(Session session, ResourceKey key, CancellationToken cancellationToken)
    {
        var page = await session.Api.GetAsync(
            $"/api/v1/events?newest={ShownEvents}&about={Uri.EscapeDataString(key.ToString())}", ApiJson.Default.EventPage, cancellationToken);
        if (page.Items.Count > 0)
        {
            Heading(session.Terminal, "Events");
            new TableText(session.Terminal, EventRows.Headings).Write([.. page.Items.Select(EventRows.Row)]);
        }
    }

    private static void Heading(Terminal terminal, string text) => terminal.Out.WriteLine($"\n{terminal.Paint(text, Ink.Strong)}");
}
