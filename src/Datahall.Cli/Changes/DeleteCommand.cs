using System.CommandLine;
using Datahall.Cli.Apply;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Changes;

/// <summary><c>datahall delete</c>: resources that are not wanted any more; their tasks are stopped first.</summary>
internal static class DeleteCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var what = new Argument<string[]>("KIND/NAME…") { HelpName = "KIND/NAME…", Description = "What to delete: KIND/NAME…, or a kind and names", Arity = ArgumentArity.ZeroOrMore };
        what.CompletionSources.Add(context => ResourceCompletion.KindsThenNames(globals, context));
        var file = ManifestOption.Create("Delete what these manifests name: a file, a directory or - for standard input");
        var force = new Option<bool>("--force") { Description = "Delete a node although it has tasks; they count as lost" };
        var command = new Command("delete", "Delete resources, stopping their tasks first") { what, file, force };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var keys = Keys(parsed.GetValue(what) ?? [], parsed.GetValue(file) ?? []);
            return await DeleteAsync(session, keys, parsed.GetValue(force), cancellationToken);
        });
        return command;
    }

    private static IReadOnlyList<ResourceKey> Keys(string[] words, string[] files)
    {
        if ((words.Length > 0) == (files.Length > 0))
        {
            throw CommandFailure.Usage("say what to delete: either KIND/NAME… or -f FILE");
        }

        if (files.Length > 0)
        {
            // The reverse of the order in which manifests are applied: what refers to others goes first.
            return [.. Manifests.Read(files).Resources.Reverse().Select(static resource => resource.Key)];
        }

        var selection = Target.Selection(words);
        return selection.Any(static kind => kind.Names.Count == 0)
            ? throw CommandFailure.Usage($"name what to delete, such as {selection[0].Kind.ToLowerInvariant()}/NAME; a whole kind is not deleted at once")
            : [.. selection.SelectMany(static kind => kind.Names.Select(name => new ResourceKey(kind.Kind, name)))];
    }

    private static async Task<int> DeleteAsync(Session session, IReadOnlyList<ResourceKey> keys, bool force, CancellationToken cancellationToken)
    {
        var failed = 0;
        foreach (var key in keys)
        {
            try
            {
                await session.Api.SendAsync(HttpMethod.Delete, $"{ResourceClient.Path(key)}{(force ? "?force=true" : "")}", null, cancellationToken);
                session.Terminal.Line($"{key} deleted");
            }
            catch (CommandFailure e) when (e is not UnreachableFailure)
            {
                // The others may still go; the exit code tells.
                FailureText.Write(session.Terminal, e);
                failed++;
            }
        }

        return (int)(failed == 0 ? ExitCode.Done : ExitCode.Failed);
    }
}
