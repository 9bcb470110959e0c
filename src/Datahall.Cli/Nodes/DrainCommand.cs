using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Model;

namespace Datahall.Cli.Nodes;

/// <summary><c>datahall node drain</c>: tasks move away, as before maintenance.</summary>
internal static class DrainCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var names = NodeCommand.NamesArgument(globals);
        var wait = new Option<bool>("--wait") { Description = "Wait until no task is left on them" };
        var command = new Command("drain", "Take no new tasks and move the running ones away") { names, wait };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            foreach (var word in parsed.GetRequiredValue(names))
            {
                var key = await NodeCommand.SetModeAsync(session, word, NodeMode.Draining, cancellationToken);
                if (parsed.GetValue(wait))
                {
                    await WaitAsync(session, key, cancellationToken);
                }
            }
        });
        return command;
    }

    private static async Task WaitAsync(Session session, ResourceKey node, CancellationToken cancellationToken)
    {
        var (_, revision) = await session.Api.ListAsync(ResourceKinds.Node, null, cancellationToken);
        var left = -1;
        await using var changes = new EventStream(session.Api, session.Time)
            .FollowAsync("/api/v1/watch?kind=task", revision, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (left != 0)
        {
            var tasks = await OwnedTasks.OfAsync(session.Api, node, cancellationToken);
            if (tasks.Count != left)
            {
                left = tasks.Count;
                session.Terminal.Line(left == 0 ? $"{node} is empty" : $"{node} still has {left} {(left == 1 ? "task" : "tasks")}");
            }

            if (left != 0)
            {
                await changes.MoveNextAsync();
            }
        }
    }
}
