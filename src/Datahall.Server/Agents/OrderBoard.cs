using System.Collections.Concurrent;
using Datahall.Control.Agents;
using Datahall.Fleet;

namespace Datahall.Server.Agents;

/// <summary>The open order streams, one for each connected node.</summary>
/// <remarks>The loop publishes; connections open and read. Thread-safe.</remarks>
internal sealed class OrderBoard
{
    private readonly ConcurrentDictionary<string, OrderStream> streams = new(StringComparer.Ordinal);

    /// <summary>Whether anybody listens for a node.</summary>
    public bool HasStream(string node) => streams.ContainsKey(node);

    /// <summary>Opens a node's stream, which begins with these orders and ends an earlier one of the node.</summary>
    public OrderStream Open(DesiredTasks desired)
    {
        var stream = new OrderStream(desired);
        streams.AddOrUpdate(
            desired.Node,
            stream,
            (_, earlier) =>
            {
                earlier.End(OrderStreamEnd.Replaced);
                return stream;
            });
        return stream;
    }

    /// <summary>Closes a stream; a later one of the node stays.</summary>
    public void Close(OrderStream stream) => streams.TryRemove(new(stream.Node, stream));

    /// <summary>Tells a node what it should have now; null when it has no session any more.</summary>
    public void Publish(string node, DesiredTasks? desired)
    {
        // Without a session (it has left, is lost or deleted) there is nothing to order. The stream stays quiet and open: an agent
        // that says goodbye must hear the answer to that, not lose its stream first. Its next report tells it where it stands.
        if (desired is null || !streams.TryGetValue(node, out var stream))
        {
            return;
        }

        if (desired.Session == stream.Session)
        {
            stream.Put(desired);
            return;
        }

        stream.End(OrderStreamEnd.Superseded);
        Close(stream);
    }

    /// <summary>Asks a node for a log.</summary>
    /// <returns>False when the node is not connected, or does not keep up.</returns>
    public bool TryAsk(string node, LogRequest request) => streams.TryGetValue(node, out var stream) && stream.TryAsk(request);
}
