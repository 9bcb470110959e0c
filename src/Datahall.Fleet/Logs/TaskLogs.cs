using System.Globalization;

namespace Datahall.Fleet.Logs;

/// <summary>Reads the logs of the tasks that run, or ran, under one agent's data directory; thread-safe.</summary>
/// <param name="dataDirectory">The agent's data directory.</param>
/// <param name="time">The clock that paces following.</param>
public sealed class TaskLogs(string dataDirectory, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly string tasks = Path.Combine(Path.GetFullPath(dataDirectory), "tasks");

    /// <summary>Copies a log.</summary>
    /// <remarks>
    /// <c>all</c> gives what there is of stdout and then of stderr, and interleaves them as they come while it follows: they
    /// are two files. Following ends when the attempt has ended and everything is copied.
    /// </remarks>
    /// <param name="request">What to read; its <see cref="LogRequest.Id"/> plays no part.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <returns>False when this node has no log of the task.</returns>
    public async Task<bool> CopyAsync(LogRequest request, Stream destination, CancellationToken cancellationToken)
    {
        if (Find(request) is not { } attempt)
        {
            return false;
        }

        string[] streams = request.Stream is "stdout" or "stderr" ? [request.Stream] : ["stdout", "stderr"];
        var logs = streams.Select(stream => new LogFiles(Path.Combine(attempt, stream + ".log"))).ToList();
        foreach (var log in logs)
        {
            await log.CopyTailAsync(destination, request.Tail, cancellationToken);
        }

        await destination.FlushAsync(cancellationToken);
        if (request.Follow)
        {
            await FollowAsync(attempt, logs, destination, cancellationToken);
        }

        return true;
    }

    /// <summary>A log as a stream to read from; empty when this node has none of the task.</summary>
    public Stream Open(LogRequest request, CancellationToken cancellationToken) =>
        LogPipe.Open(writer => CopyAsync(request, writer.AsStream(leaveOpen: true), cancellationToken));

    private async Task FollowAsync(string attempt, List<LogFiles> logs, Stream destination, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        while (true)
        {
            // Asked before the last reading, so that nothing written before the end is missed.
            var ended = !Directory.Exists(attempt) || File.Exists(Path.Combine(attempt, "ended.json"));
            var copied = false;
            foreach (var log in logs)
            {
                copied |= await log.CopyNewAsync(destination, cancellationToken);
            }

            if (copied)
            {
                await destination.FlushAsync(cancellationToken);
            }

            if (ended)
            {
                return;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private string? Find(LogRequest request)
    {
        // The name came over the network: it must stay one folder under the tasks.
        var task = Path.Combine(tasks, request.Task);
        if (Path.GetFileName(request.Task) != request.Task || request.Task is "" or "." or ".." || !Directory.Exists(task))
        {
            return null;
        }

        var fences = Directory.EnumerateDirectories(task)
            .Select(static path => long.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var fence) ? fence : -1)
            .Where(fence => fence >= 0 && (request.Fence == 0 || fence == request.Fence))
            .ToList();
        return fences.Count == 0 ? null : Path.Combine(task, fences.Max().ToString(CultureInfo.InvariantCulture));
    }
}
