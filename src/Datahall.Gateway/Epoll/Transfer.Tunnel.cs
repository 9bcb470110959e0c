using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Epoll;

/// <content>Bytes both ways that nobody reads: after an upgrade, and for what the other lane serves.</content>
internal sealed partial class Transfer
{
    private const int LongestProxyHeader = 128;

    private bool clientEnded;
    private bool isRelay;
    private bool toldUpstream;
    private bool toldClient;

    // The other lane gets all that came since the first byte of this request, and all that follows.
    private void Relay()
    {
        DropUpstream();
        if (shard.Relay is not { } address)
        {
            AnswerWith(noRelay);
            return;
        }

        var connection = shard.Upstreams.New();
        ResetAnswer();
        if (!connection.TryConnect(address, null, this))
        {
            AnswerWith(new Refusal(503, "no_relay", "the lane that serves this request does not answer", 1));
            return;
        }

        Span<byte> header = stackalloc byte[LongestProxyHeader];
        connection.Out.TryAdd(header[..RelayHeader.Write(Client.Address, header)]);
        upstream = connection;
        (stage, sent, isRelay) = (Stage.Tunnel, 0, true);
        shard.OnRelayed(1);
        (clientEnded, toldUpstream, toldClient) = (false, false, false);
    }

    private bool BeginTunnel()
    {
        // What the client sent behind the request is the first of the new protocol.
        Client.In.Skip(framed);
        (stage, sent, framed, isRelay) = (Stage.Tunnel, 0, 0, false);
        (clientEnded, toldUpstream, toldClient) = (false, false, false);
        return true;
    }

    private bool MoveTunnel()
    {
        var connection = upstream!;
        if (!connection.IsConnected)
        {
            if (connection.CanSend)
            {
                EndTunnel();
            }

            return false;
        }

        var moved = false;
        var fine = Through(Client, connection, ref clientEnded, ref toldUpstream, ref moved) && Through(connection, Client, ref hasEnded, ref toldClient, ref moved);
        // A client may end its side and still listen. When the replica ends its side, and the client has all of it, nothing more is to be said.
        if (!fine || toldClient)
        {
            EndTunnel();
            return false;
        }

        return moved;
    }

    // One direction; false: broken.
    private bool Through(Connection from, Connection to, ref bool hasEndedSide, ref bool isTold, ref bool moved)
    {
        var (source, waiting) = (from.In, to.Out);
        if (!hasEndedSide)
        {
            var before = source.Length;
            var received = from.Receive(BlockPool.Small);
            Count(from, source.Length - before);
            hasEndedSide = received is Moved.Ended;
            moved |= received is Moved.Some or Moved.Ended;
            if (received is Moved.Broken)
            {
                return false;
            }
        }

        var buffer = waiting.Length > 0 ? waiting : source;
        if (buffer.Length > 0)
        {
            var result = to.Flush(buffer);
            moved |= result is Moved.Some;
            return result is not Moved.Broken;
        }

        if (hasEndedSide && !isTold)
        {
            isTold = true;
            Libc.EndSending(to.Fd);
        }

        source.ReleaseIfEmpty();
        return true;
    }

    private void Count(Connection from, int received)
    {
        if (received == 0)
        {
            return;
        }

        lastByte = shard.Now;
        if (from == Client)
        {
            bodyBytes += received;
            return;
        }

        answerBytes += received;
        if (isUnderWay)
        {
            exchange.OnBytes(shard.Now);
        }
    }

    private void EndRelay()
    {
        if (isRelay)
        {
            isRelay = false;
            shard.OnRelayed(-1);
        }
    }

    private void EndTunnel()
    {
        DropUpstream();
        if (isUnderWay)
        {
            isUnderWay = false;
            ShowBytes();
            exchange.OnEnd(shard.Now);
        }

        Leave(toldClient ? AfterTransfer.Linger : AfterTransfer.Close);
    }

    // A relayed connection has the deadlines of the lane that serves it.
    private void SetTunnelDeadlines()
    {
        shard.Timers.Set(Client, isRelay ? Never : exchange.Deadline);
        var connectBy = upstream is { IsConnected: false } ? connecting + (1000 * Millisecond) : Never;
        shard.Timers.Set(upstream!, isRelay ? connectBy : After(lastByte, Nanoseconds(exchange.Route!.Spec.Timeouts.Idle.Milliseconds)));
    }
}
