using System.Runtime.CompilerServices;
using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Model;

namespace Datahall.Cli.Progress;

/// <summary>Shows how jobs and services come along: live on a terminal, a line for each change in a pipe.</summary>
internal static class WorkProgress
{
    /// <summary>Follows until each has reached the goal or failed.</summary>
    /// <returns><see cref="ExitCode.Failed"/> when one failed.</returns>
    public static async Task<ExitCode> FollowAsync(
        Session session, IReadOnlyList<ResourceKey> keys, ProgressGoal goal, CancellationToken cancellationToken)
    {
        var board = new WorkBoard(keys, goal);
        if (board.IsSettled)
        {
            return ExitCode.Done;
        }

        var changes = ChangesAsync(session, board, cancellationToken);
        if (session.Terminal.IsInteractive)
        {
            await LiveBoard.ShowAsync(session.Terminal, board, changes);
        }
        else
        {
            await foreach (var (key, state) in changes)
            {
                var why = state.Message.Length > 0 ? $": {state.Message}" : "";
                session.Terminal.Line($"{key} {state.Phase} {state.Done}/{state.Wanted}{why}");
            }
        }

        return board.HasFailures ? ExitCode.Failed : ExitCode.Done;
    }

    /// <summary>Yields each change of what is followed, the first state of each included, until all is settled.</summary>
    private static async IAsyncEnumerable<(ResourceKey Key, WorkState State)> ChangesAsync(
        Session session, WorkBoard board, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = long.MaxValue;
        foreach (var kind in board.Kinds)
        {
            var (items, revision) = await session.Api.ListAsync(kind, null, cancellationToken);
            from = Math.Min(from, revision);
            foreach (var item in items)
            {
                if (board.Take(item.Value) is { } state)
                {
                    yield return (item.Value.Key, state);
                }
            }
        }

        if (board.IsSettled)
        {
            yield break;
        }

        await foreach (var message in new EventStream(session.Api, session.Time).FollowAsync("/api/v1/watch", from, cancellationToken))
        {
            if (JsonSerializer.Deserialize(message.Data, ApiJson.Default.WatchMessage) is not { } change)
            {
                continue;
            }

            var key = new ResourceKey(ResourceKinds.Find(change.Kind) ?? change.Kind, change.Name);
            if (board.Follows(key) && Take(board, key, change) is { } state)
            {
                yield return (key, state);
            }

            if (board.IsSettled)
            {
                yield break;
            }
        }
    }

    private static WorkState? Take(WorkBoard board, ResourceKey key, WatchMessage change) =>
        change.Resource is { ValueKind: JsonValueKind.Object } json ? board.Take(Received.Of(json).Value) : board.Lose(key);
}
