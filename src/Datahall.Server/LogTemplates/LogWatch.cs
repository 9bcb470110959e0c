using Datahall.Fleet;
using Datahall.Model;
using Datahall.Server.Logs;
using Datahall.Server.Resources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.LogTemplates;

/// <summary>Follows what running tasks write and what the kernels of nodes say, and feeds it to the log book.</summary>
/// <remarks>At most <see cref="MaxFollowed"/> logs are followed at once; when there are more, each has its turns. What is written between two turns is not read.</remarks>
internal sealed partial class LogWatch(ResourceCache cache, LogRelay relay, LogBook book, LogPatience patience, TimeProvider time, ILogger<LogWatch> logger) : BackgroundService
{
    /// <summary>Logs that are followed at once. Each is a stream between an agent and the server, and 64 KiB here.</summary>
    public const int MaxFollowed = 256;

    // An agent that is asked for many logs at once would not keep up.
    private const int NewAtOnce = 16;

    // Of a kernel's line: 2026-01-02T03:04:05.678Z and a blank.
    private const int TimeLength = 25;
    private static readonly TimeSpan between = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan turn = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan askAgain = TimeSpan.FromMinutes(10);

    private readonly LogTurns turns = new(MaxFollowed, NewAtOnce, turn);
    private readonly Dictionary<string, Following> followed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> declined = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(between, time);
        var began = time.GetUtcNow();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await LookAsync(began, stoppingToken);
        }
    }

    private async Task LookAsync(DateTimeOffset began, CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow();
        foreach (var (name, following) in followed.Where(static pair => pair.Value.Copying.IsCompleted).ToList())
        {
            await EndAsync(name, following, now);
        }

        var logs = Logs(began, now);
        var (giveWay, begin) = turns.Next(logs.Keys, now);
        foreach (var name in giveWay)
        {
            await followed[name].Stop.CancelAsync();
            await EndAsync(name, followed[name], now);
        }

        foreach (var name in begin)
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            followed[name] = new(FollowAsync(logs[name], stop.Token), stop);
        }
    }

    private async Task EndAsync(string name, Following following, DateTimeOffset now)
    {
        if (await ResultAsync(name, following.Copying) is { } refusal)
        {
            if (!declined.ContainsKey(name))
            {
                LogDeclined(name, refusal); // Once; 'datahall logs' says it whenever it is asked.
            }

            declined[name] = now;
        }

        following.Stop.Dispose();
        followed.Remove(name);
        turns.Ended(name);
    }

    private async Task<string?> ResultAsync(string name, Task<string?> copying)
    {
        try
        {
            return await copying;
        }
        catch (Exception e) // A fault in looking at one log must not end the looks at all others.
        {
            LogFault(name, e);
            return null;
        }
    }

    // By a name that is another one when a task begins anew: its next attempt is another log.
    private Dictionary<string, FollowedLog> Logs(DateTimeOffset began, DateTimeOffset now)
    {
        var logs = new Dictionary<string, FollowedLog>(StringComparer.Ordinal);
        foreach (var task in cache.Snapshot(ResourceKinds.Task).Resources.OfType<TaskResource>().Where(static task => task.Status is { Phase: TaskPhase.Running, Placement: not null }))
        {
            // All of a task that began since we look; of others, and of those that are followed again, what comes from now on.
            var name = $"{task.Name} {task.Status.Fence}";
            var isNew = task.Status.Started >= began && !turns.HadTurn(name);
            logs[name] = new(new(task.Name), task.Status.Placement!.Node, task.Name, task.Status.Fence, isNew ? -1 : 0);
        }

        List<Node> nodes = [.. cache.Snapshot(ResourceKinds.Node).Resources.OfType<Node>()];
        if (declined.Count > nodes.Count)
        {
            declined.Clear(); // Of nodes that are gone; the others say it again.
        }

        foreach (var node in nodes.Where(static node => node.Status is { Phase: NodePhase.Ready or NodePhase.Leaving }))
        {
            var name = $"node/{node.Name}";
            if (now - declined.GetValueOrDefault(name) >= askAgain)
            {
                logs[name] = new(new(node.Name, IsKernel: true), node.Name, LogRequest.Kernel, 0, 0);
            }
        }

        return logs;
    }

    /// <returns>Why the agent cannot read the log; null when it could, or is not there now: the next look asks again.</returns>
    private async Task<string?> FollowAsync(FollowedLog log, CancellationToken cancellationToken)
    {
        using var transfer = relay.Ask(log.Node, log.Task, log.Fence, new("all", log.Tail, Follow: true));
        if (transfer is null)
        {
            return null;
        }

        try
        {
            var content = await transfer.Content.WaitAsync(patience.Answer, time, cancellationToken);
            var lines = new LineBuffer();
            var any = false;
            while (await content.ReadAsync(lines.Free, cancellationToken) is var length and > 0)
            {
                any = true;
                lines.Take(length, line => book.Add(log.Source, log.Source.IsKernel ? line[Math.Min(TimeLength, line.Length)..] : line, time.GetUtcNow()));
            }

            transfer.Complete();
            return log.Source.IsKernel && !any ? "its agent sent nothing; it may be older than this server" : null;
        }
        catch (LogDeclinedException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is TimeoutException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // The agent has gone (the one in this process closes the stream under our hands), or another log has its turn, or the server stops.
        }

        return null;
    }

    [LoggerMessage(3111, LogLevel.Warning, "The log of the kernel of {Log} is not followed, and asked for again every ten minutes: {Reason}")]
    private partial void LogDeclined(string log, string reason);

    [LoggerMessage(3112, LogLevel.Error, "Following the log {Log} failed; it is tried again")]
    private partial void LogFault(string log, Exception cause);

    /// <summary>A log that may be followed.</summary>
    private sealed record FollowedLog(LogSource Source, string Node, string Task, long Fence, int Tail);

    /// <summary>A log that is followed now.</summary>
    private sealed record Following(Task<string?> Copying, CancellationTokenSource Stop);
}
