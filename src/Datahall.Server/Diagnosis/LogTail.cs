using Datahall.Monitoring.Lines;
using Datahall.Server.Logs;

namespace Datahall.Server.Diagnosis;

/// <summary>Reads the end of an attempt's log from the node that has it.</summary>
internal sealed class LogTail(LogRelay relay, LogPatience patience, TimeProvider time)
{
    /// <summary>Lines of each stream that are read.</summary>
    public const int Lines = 400;

    /// <summary>Bytes that are read; lines may be long.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Reads the last lines of standard output, then those of standard error.</summary>
    /// <returns>Null when the node is not connected or did not send.</returns>
    public async Task<IReadOnlyList<byte[]>?> ReadAsync(string node, string task, long fence, CancellationToken cancellationToken)
    {
        using var transfer = relay.Ask(node, task, fence, new("all", Lines, Follow: false));
        if (transfer is null)
        {
            return null;
        }

        using var limit = new CancellationTokenSource(patience.Whole, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var content = await transfer.Content.WaitAsync(patience.Answer, time, cancellationToken);
            using var text = new MemoryStream();
            var buffer = new byte[64 * 1024];
            while (text.Length < MaxBytes && await content.ReadAsync(buffer, either.Token) is var length and > 0)
            {
                text.Write(buffer, 0, length);
            }

            transfer.Complete();
            return Split(text);
        }
        catch (Exception e) when (e is TimeoutException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)) // The agent is slow or has gone: the caller knows what that means.
        {
            return null;
        }
    }

    private static List<byte[]> Split(MemoryStream text)
    {
        text.Position = 0;
        List<byte[]> lines = [];
        var splitter = new LineSplitter(text, 8192);
        while (splitter.TryRead(out var line))
        {
            lines.Add(line.ToArray());
        }

        return lines;
    }
}
