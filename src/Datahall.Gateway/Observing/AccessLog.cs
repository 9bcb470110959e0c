using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Datahall.Gateway.Dispatch;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Gateway.Observing;

/// <summary>Writes a line of JSON for each request. No body, no header and no key is ever in it, and of the path no query.</summary>
/// <remarks>
/// Thread-safe. Lines are put together in memory and written by a loop of its own; when the disk cannot keep up, lines are dropped and counted rather than
/// requests held up. The file is opened anew for each write, so that it may be moved away at any time (logrotate).
/// </remarks>
/// <param name="path">The file; <c>-</c>: standard output.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is told that lines were lost.</param>
internal sealed partial class AccessLog(string path, TimeProvider time, ILogger<AccessLog> logger) : BackgroundService
{
    private const int LongestLine = 4096;
    private const int MostBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private byte[] filling = new byte[MostBytes / 2];
    private byte[] writing = new byte[MostBytes / 2];
    private int filled;
    private long dropped;

    /// <summary>A request ended.</summary>
    public void Write(Exchange exchange, RequestNames names, long now)
    {
        var milliseconds = (now - exchange.Started) / 1e6;
        lock (gate)
        {
            var line = filling.AsSpan(filled);
            if (line.Length < LongestLine || !TryFormat(exchange, names, milliseconds, line, out var length))
            {
                dropped++;
                return;
            }

            filled += length;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await FlushAsync();
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(); // What came since the last time, also when the loop never ran.
    }

    private bool TryFormat(Exchange exchange, RequestNames names, double milliseconds, Span<byte> line, out int length)
    {
        Span<byte> host = stackalloc byte[RequestNames.Longest * 6];
        Span<byte> target = stackalloc byte[RequestNames.Longest * 6];
        return Utf8.TryWrite(
            line,
            CultureInfo.InvariantCulture,
            $"{{\"time\":\"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ}\",\"client\":\"{Text(names.Client)}\",\"method\":\"{Text(names.Method)}\",\"host\":\"{Text(Escape(names.Host, host))}\",\"path\":\"{Text(Escape(names.Path, target))}\",\"status\":{exchange.Status},\"ms\":{milliseconds:0.###},\"route\":\"{exchange.Route?.Name}\",\"replica\":\"{exchange.Replica?.Name}\",\"tenant\":\"{exchange.Tenant.Name}\",\"attempts\":{exchange.Attempts},\"bytesIn\":{exchange.RequestBytes},\"bytesOut\":{exchange.AnswerBytes},\"refused\":\"{exchange.Refusal?.Reason}\",\"trace\":\"{Text(exchange.TraceParent.Slice(3, 32))}\"}}\n",
            out length);
    }

    private static ReadOnlySpan<byte> Escape(ReadOnlySpan<byte> text, Span<byte> destination) =>
        JavaScriptEncoder.Default.EncodeUtf8(text, destination, out _, out var written) is System.Buffers.OperationStatus.Done ? destination[..written] : "?"u8;

    private static string Text(ReadOnlySpan<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8);

    private async Task FlushAsync()
    {
        int length;
        long lost;
        lock (gate)
        {
            (filling, writing) = (writing, filling);
            (length, filled) = (filled, 0);
            (lost, dropped) = (dropped, 0);
        }

        try
        {
            if (length > 0)
            {
                await using var file = path == "-" ? Console.OpenStandardOutput() : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                await file.WriteAsync(writing.AsMemory(0, length), CancellationToken.None);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // Requests go on without a log.
        {
            LogFailed(path, e.Message);
        }

        if (lost > 0)
        {
            LogDropped(lost, path);
        }
    }

    [LoggerMessage(5031, LogLevel.Error, "The access log {Path} cannot be written: {Reason}")]
    private partial void LogFailed(string path, string reason);

    [LoggerMessage(5032, LogLevel.Warning, "{Count} lines of the access log {Path} were dropped: it is written too slowly")]
    private partial void LogDropped(long count, string path);
}
