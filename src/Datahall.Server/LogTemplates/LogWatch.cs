using Datahall.Model;
using Datahall.Server.Logs;
using Datahall.Server.Resources;
using Microsoft.Extensions.Hosting;

namespace Datahall.Server.LogTemplates;

/// <summary>Follows what running tasks write, and feeds it to the log book.</summary>
/// <remarks>At most <see cref="MaxFollowed"/> tasks are followed at once, in the order of names; others take their places when they end.</remarks>
internal sealed class LogWatch(ResourceCache cache, LogRelay relay, LogBook book, LogPatience patience, TimeProvider time) : BackgroundService
{
    /// <summary>Tasks that are followed at once. Each is a stream between an agent and the server, and 64 KiB here.</summary>
    public const int MaxFollowed = 256;

    // An agent that is asked for many logs at once would not keep up.
    private const int NewAtOnce = 16;
    private static readonly TimeSpan between = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (long Fence, Task Following)> followed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> read = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(between, time);
        var began = time.GetUtcNow();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look(began, stoppingToken);
        }
    }

    private void Look(DateTimeOffset began, CancellationToken stoppingToken)
    {
        foreach (var (name, _) in followed.Where(static pair => pair.Value.Following.IsCompleted).ToList())
        {
            followed.Remove(name);
        }

        var running = cache.Snapshot(ResourceKinds.Task).Resources.OfType<TaskResource>()
            .Where(static task => task.Status is { Phase: TaskPhase.Running, Placement: not null }).ToList();
        var wanted = running.Where(task => !followed.ContainsKey(task.Name)).OrderBy(static task => task.Name, StringComparer.Ordinal)
            .Take(Math.Min(NewAtOnce, MaxFollowed - followed.Count)).ToList();
        foreach (var task in wanted)
        {
            // All of a task that began since we look; of others, and of those whose connection broke, what comes from now on.
            var isNew = task.Status.Started >= began && read.GetValueOrDefault(task.Name) != task.Status.Fence;
            read[task.Name] = task.Status.Fence;
            followed[task.Name] = (task.Status.Fence, FollowAsync(task.Name, task.Status.Placement!.Node, task.Status.Fence, isNew ? -1 : 0, stoppingToken));
        }

        if (read.Count > 4 * MaxFollowed)
        {
            var names = running.Select(static task => task.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var name in read.Keys.Where(name => !names.Contains(name)).ToList())
            {
                read.Remove(name);
            }
        }
    }

    private async Task FollowAsync(string task, string node, long fence, int tail, CancellationToken cancellationToken)
    {
        using var transfer = relay.Ask(node, task, fence, new("all", tail, Follow: true));
        if (transfer is null)
        {
            return; // Not connected now: the next look asks again.
        }

        try
        {
            var content = await transfer.Content.WaitAsync(patience.Answer, time, cancellationToken);
            var lines = new LineBuffer();
            while (await content.ReadAsync(lines.Free, cancellationToken) is var length and > 0)
            {
                lines.Take(length, line => book.Add(task, line, time.GetUtcNow()));
            }

            transfer.Complete();
        }
        catch (Exception e) when (e is TimeoutException or IOException or OperationCanceledException)
        {
            // The agent has gone, or the server stops; the next look asks again.
        }
    }
}
