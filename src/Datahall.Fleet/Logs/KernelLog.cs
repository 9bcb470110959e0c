using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Datahall.Fleet.Logs;

/// <summary>The kernel's log of this node as lines: the time in UTC, a blank, what the kernel said. Thread-safe.</summary>
/// <param name="path">The kernel's log, or a file like it.</param>
/// <param name="time">The clock.</param>
internal sealed class KernelLog(string path, TimeProvider time)
{
    private const int MostLines = 100_000; // More than any kernel's buffer holds.
    private static readonly TimeSpan look = TimeSpan.FromMilliseconds(500);

    /// <summary>Why it cannot be read, and what to do; null: it can.</summary>
    public string? Fault()
    {
        using var log = KernelLogFile.Open(path);
        return log.Fault is { } fault ? $"the kernel's log cannot be read ({fault}): the agent needs the file, and to be root or to have CAP_SYSLOG" : null;
    }

    /// <summary>The log as a stream to read from; one that is followed ends with the cancellation only.</summary>
    public Stream Open(LogRequest request, CancellationToken cancellationToken) => LogPipe.Open(writer => CopyAsync(request, writer, cancellationToken));

    private async Task CopyAsync(LogRequest request, PipeWriter writer, CancellationToken cancellationToken)
    {
        using var log = KernelLogFile.Open(path);
        var records = new Records(log, time.GetUtcNow() - time.GetElapsedTime(0)); // The monotonic clock began where the kernel's did.
        var lines = new Queue<string>();
        while (lines.Count <= MostLines && records.Next() is { } line)
        {
            lines.Enqueue(line);
            if (request.Tail >= 0 && lines.Count > request.Tail)
            {
                lines.Dequeue();
            }
        }

        await WriteAsync(lines, writer, cancellationToken);
        if (request.Follow)
        {
            await FollowAsync(records, writer, cancellationToken);
        }
    }

    private async Task FollowAsync(Records records, PipeWriter writer, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(look, time);
        var lines = new Queue<string>();
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            // A flood goes out in pieces: whoever reads slowly slows the reading down.
            while (lines.Count < MostLines && records.Next() is { } line)
            {
                lines.Enqueue(line);
            }

            if (lines.Count > 0 && !await WriteAsync(lines, writer, cancellationToken))
            {
                return;
            }
        }
    }

    // False when nobody reads any more.
    private static async Task<bool> WriteAsync(Queue<string> lines, PipeWriter writer, CancellationToken cancellationToken)
    {
        while (lines.TryDequeue(out var line))
        {
            if ((await writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken)).IsCompleted)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads lines of the form <c>6,1234,5678901,-;text</c>: level, number, microseconds since the start. Lines that go on with a blank are the kernel's notes to itself.</summary>
    private sealed class Records(KernelLogFile log, DateTimeOffset started)
    {
        private readonly byte[] bytes = new byte[KernelLogFile.RecordBytes];
        private readonly Queue<string> whole = new();
        private string rest = "";

        public string? Next()
        {
            while (whole.Count == 0 && log.Read(bytes) is var length and > 0)
            {
                var lines = (rest + Encoding.UTF8.GetString(bytes, 0, length)).Split('\n');
                rest = lines[^1].Length > KernelLogFile.RecordBytes ? "" : lines[^1];
                foreach (var line in lines.AsSpan(..^1))
                {
                    if (Read(line) is { } said)
                    {
                        whole.Enqueue(said);
                    }
                }
            }

            return whole.TryDequeue(out var next) ? next : null;
        }

        private string? Read(string line)
        {
            var text = line.IndexOf(';', StringComparison.Ordinal);
            return text > 0 && line[..text].Split(',') is [_, _, var at, ..] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds < long.MaxValue / 100
                ? string.Create(CultureInfo.InvariantCulture, $"{started + TimeSpan.FromMicroseconds(microseconds):yyyy-MM-ddTHH:mm:ss.fffZ} {line[(text + 1)..]}") : null;
        }
    }
}
