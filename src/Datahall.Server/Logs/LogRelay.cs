using System.Collections.Concurrent;
using System.Security.Cryptography;
using Datahall.Fleet;
using Datahall.Server.Agents;

namespace Datahall.Server.Logs;

/// <summary>Brings together who wants to read a log and the agent that has it: bytes flow from one connection to the other.</summary>
/// <remarks>Nothing is stored here: a reader that is slow slows the agent's sending down. Thread-safe.</remarks>
internal sealed class LogRelay(OrderBoard board)
{
    private const int MaxTransfers = 1_024;
    private readonly ConcurrentDictionary<string, LogTransfer> transfers = new(StringComparer.Ordinal);

    /// <summary>Asks a node for a log.</summary>
    /// <returns>The transfer to read from, to be disposed; null when the node is not connected or too many logs are being read.</returns>
    public LogTransfer? Ask(string node, string task, long fence, LogSelection selection)
    {
        // The id cannot be guessed: it is what entitles an agent to answer.
        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var transfer = new LogTransfer(() => transfers.TryRemove(id, out _));
        if (transfers.Count >= MaxTransfers || !transfers.TryAdd(id, transfer))
        {
            return null;
        }

        if (board.TryAsk(node, new LogRequest(id, task, fence, selection.Stream, selection.Tail, selection.Follow)))
        {
            return transfer;
        }

        transfer.Dispose();
        return null;
    }

    /// <summary>Takes the bytes of a log that was asked for; returns when they are read, or nobody reads them any more.</summary>
    /// <returns>False when nobody waits for them.</returns>
    public async Task<bool> DeliverAsync(string id, Stream content, CancellationToken cancellationToken)
    {
        if (!transfers.TryGetValue(id, out var transfer) || !transfer.TryOffer(content))
        {
            return false;
        }

        return await transfer.Finished.WaitAsync(cancellationToken);
    }

    /// <summary>Says that a log that was asked for cannot be read.</summary>
    /// <returns>False when nobody waits for it.</returns>
    public bool TryDecline(string id, string reason) => transfers.TryGetValue(id, out var transfer) && transfer.TryDecline(reason);
}

/// <summary>The agent cannot read a log.</summary>
internal sealed class LogDeclinedException(string reason) : IOException(reason);

/// <summary>What of a log is wanted.</summary>
/// <param name="Stream"><c>stdout</c>, <c>stderr</c> or <c>all</c>.</param>
/// <param name="Tail">The last so many lines; negative for all.</param>
/// <param name="Follow">Whether to go on until the attempt ends.</param>
internal sealed record LogSelection(string Stream, int Tail, bool Follow);

/// <summary>One log on its way.</summary>
internal sealed class LogTransfer(Action forget) : IDisposable
{
    private readonly TaskCompletionSource<Stream> content = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The log's bytes, once the agent sends them; fails with <see cref="LogDeclinedException"/> when it cannot read the log.</summary>
    public Task<Stream> Content => content.Task;

    /// <summary>True when the reader took everything, false when it went before.</summary>
    public Task<bool> Finished => finished.Task;

    /// <summary>Offers the bytes; false when somebody did before.</summary>
    public bool TryOffer(Stream stream) => content.TrySetResult(stream);

    /// <summary>Says that there will be no bytes; false when there are some already.</summary>
    public bool TryDecline(string reason) => content.TrySetException(new LogDeclinedException(reason));

    /// <summary>Says that everything was read.</summary>
    public void Complete() => finished.TrySetResult(true);

    public void Dispose()
    {
        forget();
        finished.TrySetResult(false);
    }
}
