using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;

namespace Datahall.Cli.Get;

/// <summary><c>datahall get</c>: what there is.</summary>
internal static class GetCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var what = new Argument<string[]>("KIND [NAME…]")
        {
            HelpName = "KIND [NAME…]",
            Description = $"A kind and names (node n1 n2), KIND/NAME…, several kinds (jobs,services) or all. Kinds: {Target.KindsAndShortWords}",
            Arity = ArgumentArity.OneOrMore,
        };
        what.CompletionSources.Add(context => ResourceCompletion.KindsThenNames(globals, context));
        var format = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Yaml, OutputFormat.Name);
        var selector = new Option<string?>("--selector", "-l") { Description = "Only resources with these labels: team=search,tier!=test", HelpName = "LABELS" };
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on and show every change" };
        var command = new Command("get", "Show resources as a table, JSON or YAML") { what, format, selector, watch };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var request = new GetRequest(Target.Selection(parsed.GetRequiredValue(what)), parsed.GetValue(format), parsed.GetValue(selector));
            if (parsed.GetValue(watch))
            {
                await new GetWatch(session, request).RunAsync(cancellationToken);
            }
            else
            {
                await ShowAsync(session, request, cancellationToken);
            }
        });
        return command;
    }

    private static async Task ShowAsync(Session session, GetRequest request, CancellationToken cancellationToken)
    {
        var writer = new ResourceWriter(session.Terminal, request.Format, session.Time);
        var found = new List<(string Kind, IReadOnlyList<Received> Items)>();
        foreach (var (kind, names) in request.Selection)
        {
            var items = await ReadAsync(session, kind, names, request.Selector, cancellationToken);
            found.Add((kind, kind is Model.ResourceKinds.Queue && request.IsTable ? await QueueStandings.AddAsync(session.Api, items, cancellationToken) : items));
        }

        if (request.Format is OutputFormat.Json && !request.IsOne)
        {
            session.Terminal.Out.WriteLine(ListText.Json(found.SelectMany(static kind => kind.Items)));
            return;
        }

        WriteKinds(session.Terminal, writer, request, [.. found.Where(kind => kind.Items.Count > 0 || found.Count == 1)]);
    }

    private static void WriteKinds(
        Terminal terminal, ResourceWriter writer, GetRequest request, IReadOnlyList<(string Kind, IReadOnlyList<Received> Items)> found)
    {
        var isTable = request.IsTable;
        foreach (var (kind, items) in found)
        {
            if (isTable && items.Count == 0)
            {
                terminal.Error.WriteLine($"no {kind.ToLowerInvariant()}s{(request.Selector is null ? "" : $" with labels {request.Selector}")}");
                continue;
            }

            if (isTable && found.Count > 1)
            {
                terminal.Out.WriteLine(kind == found[0].Kind ? $"{kind}s" : $"\n{kind}s");
            }

            writer.WriteAll(kind, items);
        }
    }

    private static async Task<IReadOnlyList<Received>> ReadAsync(
        Session session, string kind, IReadOnlyList<string> names, string? selector, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return (await session.Api.ListAsync(kind, selector, cancellationToken)).Items;
        }

        var labels = LabelSelector.Parse(selector);
        var items = new List<Received>();
        foreach (var name in names)
        {
            var item = await session.Api.GetAsync(new Datahall.Model.ResourceKey(kind, name), cancellationToken);
            if (labels.Matches(item.Labels))
            {
                items.Add(item);
            }
        }

        return items;
    }
}
