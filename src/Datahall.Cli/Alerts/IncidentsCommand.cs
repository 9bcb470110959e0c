using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Alerts;

/// <summary><c>datahall incidents</c>: what is wrong, why, whom it hurts, and who looks after it.</summary>
internal static class IncidentsCommand
{
    public static Command Create(GlobalOptions globals) => new("incidents", "What is wrong, why, whom it hurts; take it on, or say that it is over")
    {
        List(globals),
        Show(globals),
        Say(globals, "ack", "acknowledge", "Take incidents on", static (key, word) => $"{key} is yours{word}"),
        Say(globals, "resolve", "resolve", "Say that incidents are over", static (key, word) => $"{key} is over{word}"),
    };

    private static Command List(GlobalOptions globals)
    {
        var all = new Option<bool>("--all", "-a") { Description = "Those that are over, too" };
        var format = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Yaml, OutputFormat.Name);
        var command = new Command("ls", "List the incidents that are not over, the newest last") { all, format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var (items, _) = await session.Api.ListAsync(ResourceKinds.Incident, null, cancellationToken);
            List<Received> shown = [.. items.Where(item => parsed.GetValue(all) || item.Json.At("status", "resolved") is null).OrderBy(static item => item.Json.Time("status", "opened"))];
            if (shown.Count == 0 && parsed.GetValue(format) is OutputFormat.Table or OutputFormat.Wide)
            {
                session.Terminal.Error.WriteLine(items.Count == 0 ? "no incidents" : $"no incident is open; {items.Count} are over ('datahall incidents ls --all')");
                return;
            }

            new ResourceWriter(session.Terminal, parsed.GetValue(format), session.Time).WriteAll(ResourceKinds.Incident, shown);
        });
        return command;
    }

    private static Command Show(GlobalOptions globals)
    {
        var name = new Argument<string>("NAME") { HelpName = "NAME", Description = "The incident" };
        name.CompletionSources.Add(context => ResourceCompletion.NamesOf(globals, context, ResourceKinds.Incident));
        var command = new Command("show", "Show an incident: alerts, evidence, affected work, advice, timeline") { name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var key = new ResourceKey(ResourceKinds.Incident, Target.NameOf(ResourceKinds.Incident, parsed.GetRequiredValue(name)));
            IncidentText.Write(session, (Incident)(await session.Api.GetAsync(key, cancellationToken)).Value);
        });
        return command;
    }

    private static Command Say(GlobalOptions globals, string verb, string call, string what, Func<ResourceKey, string, string> done)
    {
        var names = NameOf(globals);
        var note = new Option<string?>("--note", "-m") { Description = "What to write beside it", HelpName = "TEXT" };
        var command = new Command(verb, what) { names, note };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            foreach (var name in parsed.GetRequiredValue(names).Select(static word => Target.NameOf(ResourceKinds.Incident, word)))
            {
                var key = new ResourceKey(ResourceKinds.Incident, name);
                using var body = ApiClient.Json(new NoteBody(parsed.GetValue(note)), ApiJson.Default.NoteBody);
                await session.Api.SendAsync(HttpMethod.Post, $"{ResourceClient.Path(key)}/{call}", body, cancellationToken);
                session.Terminal.Line(done(key, parsed.GetValue(note) is { } said ? $": {said}" : ""));
            }
        });
        return command;
    }

    private static Argument<string[]> NameOf(GlobalOptions globals)
    {
        var names = new Argument<string[]>("NAME…") { HelpName = "NAME…", Description = "The incidents", Arity = ArgumentArity.OneOrMore };
        names.CompletionSources.Add(context => ResourceCompletion.NamesOf(globals, context, ResourceKinds.Incident));
        return names;
    }
}
