using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Logs;

/// <summary><c>datahall logs</c>: what tasks wrote, and what the kernel of a node said.</summary>
internal static class LogsCommand
{
    private static readonly string[] Streams = ["all", "stdout", "stderr"];

    public static Command Create(GlobalOptions globals)
    {
        var what = new Argument<string>("TASK|KIND/NAME") { HelpName = "TASK|KIND/NAME", Description = "A task's name, or job/NAME or service/NAME for all of its tasks, or node/NAME for what its kernel said" };
        what.CompletionSources.Add(context => ResourceCompletion.KindSlashName(globals, context)
            .Concat(ResourceCompletion.NamesOf(globals, context, ResourceKinds.Task)));
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as more is written, until the tasks have ended" };
        var tail = new Option<int>("--tail") { Description = "Only the last so many lines (default: all)", HelpName = "N", DefaultValueFactory = static _ => -1 };
        var stream = new Option<string>("--stream") { Description = "all, stdout or stderr", HelpName = "STREAM", DefaultValueFactory = static _ => Streams[0] };
        stream.CompletionSources.Add(Streams);
        var command = new Command("logs", "Show what tasks wrote, or what a node's kernel said") { what, follow, tail, stream };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var request = new LogOptions(Stream(parsed.GetRequiredValue(stream)), parsed.GetValue(tail), parsed.GetValue(follow));
            return await ShowAsync(session, parsed.GetRequiredValue(what), request, cancellationToken);
        });
        return command;
    }

    private static string Stream(string word) => Streams.Contains(word)
        ? word
        : throw CommandFailure.Usage($"there is no stream '{word}'{NameSuggestion.For(word, Streams)}; there is all, stdout and stderr");

    private static async Task<int> ShowAsync(Session session, string word, LogOptions options, CancellationToken cancellationToken)
    {
        if (word.Contains('/', StringComparison.Ordinal) && Target.Key(word) is { Kind: ResourceKinds.Node } node)
        {
            var path = $"{ResourceClient.Path(node)}/logs?tail={options.Tail}&follow={(options.Follow ? "true" : "false")}";
            await LogCopy.RunAsync(session, path, node.ToString(), new LogOutput(session.Terminal, ""), cancellationToken);
            return (int)ExitCode.Done;
        }

        var tasks = await TasksAsync(session, word, cancellationToken);
        if (tasks is [var only])
        {
            await new TaskLog(session, only, options).CopyAsync(new LogOutput(session.Terminal, ""), cancellationToken);
            return (int)ExitCode.Done;
        }

        var width = tasks.Max(static task => task.Length);
        var logs = tasks.Select((task, i) =>
            new TaskLog(session, task, options).TryCopyAsync(new LogOutput(session.Terminal, Prefix(session.Terminal, task, width, i)), cancellationToken));
        return (int)((await Task.WhenAll(logs)).All(static copied => copied) ? ExitCode.Done : ExitCode.Failed);
    }

    private static string Prefix(Terminal terminal, string task, int width, int index) =>
        $"{terminal.Paint(task.PadRight(width), (Ink)((int)Ink.Green + (index % 5)))} | ";

    private static async Task<IReadOnlyList<string>> TasksAsync(Session session, string word, CancellationToken cancellationToken)
    {
        if (!word.Contains('/', StringComparison.Ordinal))
        {
            return [word];
        }

        var key = Target.Key(word);
        if (key.Kind is ResourceKinds.Task)
        {
            return [key.Name];
        }

        if (key.Kind is not (ResourceKinds.Job or ResourceKinds.Service))
        {
            throw CommandFailure.Usage($"a {key.Kind.ToLowerInvariant()} writes no log; name a task, job/NAME, service/NAME or node/NAME");
        }

        await session.Api.GetAsync(key, cancellationToken);
        var tasks = await OwnedTasks.OfAsync(session.Api, key, cancellationToken);
        return tasks.Count > 0
            ? [.. tasks.Select(static task => task.Key.Name)]
            : throw CommandFailure.Refused($"{key} has no tasks now; 'datahall describe {key}' says why");
    }
}
