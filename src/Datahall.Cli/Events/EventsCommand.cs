using System.CommandLine;
using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;

namespace Datahall.Cli.Events;

/// <summary><c>datahall events</c>: what happened.</summary>
internal static class EventsCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var about = new Argument<string?>("KIND/NAME") { HelpName = "KIND/NAME", Description = "Only what happened to this resource", Arity = ArgumentArity.ZeroOrOne };
        about.CompletionSources.Add(context => ResourceCompletion.KindSlashName(globals, context));
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on and show new events" };
        var newest = new Option<int>("--newest", "-n") { Description = "How many, the newest (default 50)", HelpName = "N", DefaultValueFactory = static _ => 50 };
        var format = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json);
        var command = new Command("events", "Show what happened, oldest first") { about, watch, newest, format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var filter = parsed.GetValue(about) is { } word ? $"&about={Uri.EscapeDataString(Target.Key(word).ToString())}" : "";
            var shown = new EventList(session.Terminal, parsed.GetValue(format));
            var page = await session.Api.GetAsync($"/api/v1/events?newest={parsed.GetValue(newest)}{filter}", ApiJson.Default.EventPage, cancellationToken);
            shown.Begin(page.Items);
            if (parsed.GetValue(watch))
            {
                await FollowAsync(session, shown, filter, page.Items is [.., var last] ? last.Sequence : 0, cancellationToken);
            }
        });
        return command;
    }

    private static async Task FollowAsync(Session session, EventList shown, string filter, long after, CancellationToken cancellationToken)
    {
        var path = filter.Length == 0 ? "/api/v1/events/watch" : $"/api/v1/events/watch?{filter[1..]}";
        await foreach (var item in new EventStream(session.Api, session.Time).FollowAsync(path, after, cancellationToken))
        {
            if (JsonSerializer.Deserialize(item.Data, ApiJson.Default.EventMessage) is { } message)
            {
                shown.Add(message);
            }
        }
    }

    private sealed class EventList(Terminal terminal, OutputFormat format)
    {
        private readonly TableText table = new(terminal, EventRows.Headings);

        public void Begin(IReadOnlyList<EventMessage> messages)
        {
            if (format is OutputFormat.Table)
            {
                table.Write([.. messages.Select(EventRows.Row)]);
                terminal.Out.Flush();
                return;
            }

            foreach (var message in messages)
            {
                Add(message);
            }
        }

        public void Add(EventMessage message)
        {
            if (format is OutputFormat.Json)
            {
                terminal.Line(JsonSerializer.Serialize(message, ApiJson.Default.EventMessage));
                return;
            }

            table.Add(EventRows.Row(message));
        }
    }
}
