using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Nodes;

/// <summary><c>datahall node</c>: what operators do to nodes.</summary>
internal static class NodeCommand
{
    public static Command Create(GlobalOptions globals) => new("node", "Open, cordon, drain, sleep, wake, cap, add and remove nodes")
    {
        List(globals),
        Mode(globals, "cordon", "Take no new tasks; those that run stay", NodeMode.Cordoned),
        Mode(globals, "uncordon", "Take tasks again", NodeMode.Open),
        DrainCommand.Create(globals),
        PowerCommands.Create(globals, "sleep", "Put nodes to sleep until they are woken", PowerMode.Asleep),
        PowerCommands.Create(globals, "wake", "Wake nodes and keep them awake", PowerMode.Awake),
        PowerCommands.Create(globals, "auto", "Leave it to the sleep policy which nodes are awake", PowerMode.Auto),
        CapCommand.Create(globals),
        JoinTokenCommand(globals),
        Delete(globals),
    };

    internal static Argument<string[]> NamesArgument(GlobalOptions globals)
    {
        var names = new Argument<string[]>("NAME…") { HelpName = "NAME…", Description = "The nodes", Arity = ArgumentArity.OneOrMore };
        names.CompletionSources.Add(context => ResourceCompletion.NamesOf(globals, context, ResourceKinds.Node));
        return names;
    }

    internal static async Task<ResourceKey> SetModeAsync(Session session, string word, NodeMode mode, CancellationToken cancellationToken)
    {
        var key = new ResourceKey(ResourceKinds.Node, Target.NameOf(ResourceKinds.Node, word));
        using var body = ApiClient.Json(new ModeBody(Phase.Word(mode)), ApiJson.Default.ModeBody);
        await session.Api.SendAsync(HttpMethod.Post, $"{ResourceClient.Path(key)}/mode", body, cancellationToken);
        session.Terminal.Line($"{key} {Phase.Word(mode)}");
        return key;
    }

    private static Command Mode(GlobalOptions globals, string verb, string description, NodeMode mode)
    {
        var names = NamesArgument(globals);
        var command = new Command(verb, description) { names };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            foreach (var word in parsed.GetRequiredValue(names))
            {
                await SetModeAsync(session, word, mode, cancellationToken);
            }
        });
        return command;
    }

    private static Command List(GlobalOptions globals)
    {
        var command = new Command("list", "Show the nodes, as 'datahall get nodes -o wide' does");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var (nodes, _) = await session.Api.ListAsync(ResourceKinds.Node, null, cancellationToken);
            new ResourceWriter(session.Terminal, OutputFormat.Wide, session.Time).WriteAll(ResourceKinds.Node, nodes);
        });
        return command;
    }

    private static Command JoinTokenCommand(GlobalOptions globals)
    {
        var command = new Command("join-token", "Print the token that 'datahall agent' joins with");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var answer = await session.Api.GetAsync("/api/v1/join-token", ApiJson.Default.JoinToken, cancellationToken);
            session.Terminal.Out.WriteLine(answer.Token);
        });
        return command;
    }

    private static Command Delete(GlobalOptions globals)
    {
        var names = NamesArgument(globals);
        var force = new Option<bool>("--force") { Description = "Also when it has tasks; they count as lost" };
        var command = new Command("delete", "Forget nodes that are gone") { names, force };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            foreach (var word in parsed.GetRequiredValue(names))
            {
                var key = new ResourceKey(ResourceKinds.Node, Target.NameOf(ResourceKinds.Node, word));
                var query = parsed.GetValue(force) ? "?force=true" : "";
                await session.Api.SendAsync(HttpMethod.Delete, ResourceClient.Path(key) + query, null, cancellationToken);
                session.Terminal.Line($"{key} deleted");
            }
        });
        return command;
    }
}
