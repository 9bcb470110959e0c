using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Datahall.Control.Agents;
using Datahall.Fleet;

namespace Datahall.Server.Agents;

/// <summary>The orders on their way to one node: only the newest desired tasks matter, so a slow agent costs one set and no queue.</summary>
internal sealed class OrderStream(DesiredTasks first)
{
    private const int MaxLogRequests = 64;
    private readonly Lock gate = new();
    private readonly Queue<LogRequest> logs = [];

    // One token is enough to say that there is something; a second one would say nothing more.
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private DesiredTasks? newest = first;

    public string Node { get; } = first.Node;

    public string Session { get; } = first.Session;

    /// <summary>Why the stream ended; null while it has not.</summary>
    public OrderStreamEnd? Ended { get; private set; }

    /// <summary>Replaces what the node should have.</summary>
    public void Put(DesiredTasks desired)
    {
        lock (gate)
        {
            newest = desired;
        }

        signal.Writer.TryWrite(true);
    }

    /// <summary>Asks for a log; false when too many requests wait already.</summary>
    public bool TryAsk(LogRequest request)
    {
        lock (gate)
        {
            if (logs.Count >= MaxLogRequests || Ended is not null)
            {
                return false;
            }

            logs.Enqueue(request);
        }

        signal.Writer.TryWrite(true);
        return true;
    }

    /// <summary>Ends the stream.</summary>
    public void End(OrderStreamEnd why)
    {
        lock (gate)
        {
            Ended ??= why;
        }

        signal.Writer.TryComplete();
    }

    /// <summary>Reads the orders as they come; read by one reader.</summary>
    public async IAsyncEnumerable<AgentOrder> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            while (Ended is null && Take() is { } order)
            {
                yield return order;
            }
        }
        while (await WaitAsync(cancellationToken));
    }

    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (!await signal.Reader.WaitToReadAsync(cancellationToken))
        {
            return false;
        }

        signal.Reader.TryRead(out _);
        return true;
    }

    private AgentOrder? Take()
    {
        lock (gate)
        {
            if (newest is { } desired)
            {
                newest = null;
                return new(Desired: desired);
            }

            return logs.TryDequeue(out var request) ? new(Log: request) : null;
        }
    }
}

/// <summary>Why an order stream ended.</summary>
internal enum OrderStreamEnd
{
    /// <summary>The same session opened another one.</summary>
    Replaced,

    /// <summary>A later session of the node registered.</summary>
    Superseded,
}
