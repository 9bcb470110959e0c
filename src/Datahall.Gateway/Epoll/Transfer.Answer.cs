using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Epoll;

/// <content>The way of the answer: received and passed on.</content>
internal sealed partial class Transfer
{
    private int ready; // So many bytes at the front of the replica's buffer may go to the client.
    private long answerLeft;
    private long answerBytes;
    private long lastByte;
    private bool hasBytes;
    private bool hasEnded; // The replica has ended its side, or the connection broke.
    private bool hasBroken;
    private bool answerBegun;
    private bool hasWholeAnswer;
    private ChunkedDecoder answerChunks;

    private void ResetAnswer()
    {
        (isHeadSent, sendFailed, sent, connecting) = (false, false, headLength, shard.Now);
        (ready, answerBytes, hasBytes, hasEnded, hasBroken, answerBegun, hasWholeAnswer) = (0, 0, false, false, false, false, false);
        answer.Reset();
        answer.AnswersHead = request.Method is RequestMethod.Head;
        answerChunks = default;
    }

    // From the replica, and on to the client; true: something moved.
    private bool MoveAnswer()
    {
        var connection = upstream!;
        var moved = ReceiveAnswer(connection);
        if (!answerBegun)
        {
            return ReadAnswerHead(connection) || moved;
        }

        if (!FrameAnswer(connection))
        {
            Break();
            return false;
        }

        if (!SendAnswer(connection, ref moved))
        {
            Cancel();
            return false;
        }

        return ready == 0 && Client.HasSentAll && (hasWholeAnswer || hasEnded) ? EndAnswer() : moved;
    }

    private bool ReceiveAnswer(UpstreamConnection connection)
    {
        if (hasEnded || hasWholeAnswer || !connection.IsConnected)
        {
            return false;
        }

        // Of a long answer larger pieces are taken: fewer system calls.
        var piece = answerBegun && answerLeft > BlockPool.Small ? BlockPool.Middle : BlockPool.Small;
        switch (connection.Receive(piece, piece))
        {
            case Moved.Some:
                (hasBytes, lastByte) = (true, shard.Now);
                exchange.OnBytes(shard.Now);
                return true;
            case Moved.Ended:
                hasEnded = true;
                return true;
            case Moved.Broken:
                (hasEnded, hasBroken) = (true, true);
                return true;
            default:
                return false;
        }
    }

    private bool ReadAnswerHead(UpstreamConnection connection)
    {
        while (true)
        {
            switch (answer.Advance(connection.In.Unread))
            {
                case HeadStatus.Faulty:
                    Fail(FailureKind.Malformed);
                    return true;
                case HeadStatus.Incomplete when hasEnded:
                    Fail(connection.IsReused && !hasBytes ? FailureKind.StaleConnection : FailureKind.Closed);
                    return true;
                case HeadStatus.Incomplete:
                    return false;
            }

            if (!answer.IsInterim)
            {
                return BeginAnswer(connection);
            }

            PassInterim(connection);
        }
    }

    // 100 was for the gateway, which has told the client to go on itself.
    private void PassInterim(UpstreamConnection connection)
    {
        var head = connection.In.Unread[..answer.Length];
        if (answer.Status != 100 && request.Minor == 1)
        {
            var room = shard.Outbox.Room;
            var length = AnswerRewriting.Write(answer, head, request, 0, keepAlive: true, room);
            if (length > 0 && Client.Out.TryAdd(room[..length]))
            {
                Client.Flush(Client.Out);
            }
        }

        connection.In.Skip(answer.Length);
        answer.Reset();
    }

    private bool BeginAnswer(UpstreamConnection connection)
    {
        if (answer.Status == 101 && !request.WantsUpgrade)
        {
            Fail(FailureKind.Malformed);
            return true;
        }

        var step = exchange.OnHead(answer.Status, isWhole, shard.Now);
        if (step is not Dispatch.Step.Pass)
        {
            DropUpstream();
            Apply(step);
            return true;
        }

        answerBegun = true;
        answerLeft = answer.ContentLength;
        hasWholeAnswer = answer.Framing is BodyFraming.None;
        keepsClient = request.KeepAlive && !shard.IsDraining && answer.Framing is not BodyFraming.UntilClose && !IsUnchunked;
        return WriteAnswerHead(connection);
    }

    // The head, and as much of the body as is there, in one system call.
    private bool WriteAnswerHead(UpstreamConnection connection)
    {
        var room = shard.Outbox.Room;
        var length = AnswerRewriting.Write(answer, connection.In.Unread[..answer.Length], request, exchange.SessionToSet, keepsClient, room);
        if (length < 0)
        {
            Break();
            return false;
        }

        ReadKeepAlive(connection);
        connection.In.Skip(answer.Length);
        if (answer.Status == 101)
        {
            return Client.Out.TryAdd(room[..length]) && BeginTunnel();
        }

        if (!FrameAnswer(connection))
        {
            Break();
            return false;
        }

        var body = connection.In.Unread[..Math.Min(ready, room.Length - length)];
        body.CopyTo(room[length..]);
        var count = 0;
        if (Client.HasSentAll && Client.Post(room[..(length + body.Length)], out count) is Moved.Broken)
        {
            Cancel();
            return false;
        }

        clientMoved = shard.Now;
        var passed = Math.Max(0, count - length);
        connection.In.Skip(passed);
        ready -= passed;
        if (count < length && !Client.Out.TryAdd(room[count..length]))
        {
            Break();
            return false;
        }

        return true;
    }

    // False: the client is gone.
    private bool SendAnswer(UpstreamConnection connection, ref bool moved)
    {
        if (Client.Out.Length > 0)
        {
            return Passed(Client.Flush(Client.Out), ref moved);
        }

        if (ready == 0)
        {
            return true;
        }

        var bytes = connection.In.Unread[..ready];
        var result = ready <= BlockPool.Small ? Client.Post(bytes, out var count) : Client.Send(bytes, out count);
        connection.In.Skip(count);
        ready -= count;
        if (answerLeft > BlockPool.Small && connection.In.Capacity == BlockPool.Small)
        {
            connection.In.ReleaseIfEmpty();
        }

        return Passed(result, ref moved);
    }

    private bool Passed(Moved result, ref bool moved)
    {
        if (result is Moved.Some)
        {
            (moved, clientMoved) = (true, shard.Now);
        }

        return result is not Moved.Broken;
    }

    // All that came was passed on. Is it the whole answer?
    private bool EndAnswer()
    {
        if (!hasWholeAnswer)
        {
            Break();
            return false;
        }

        isUnderWay = false;
        ShowBytes();
        exchange.OnEnd(shard.Now);
        ReleaseUpstream();
        Client.In.Skip(framed);
        var isQuiet = hasWholeBody && Client.In.Length == 0 && !Client.CanReceive;
        Leave(keepsClient && hasWholeBody && !shard.IsDraining ? AfterTransfer.KeepAlive : isQuiet ? AfterTransfer.Close : AfterTransfer.Linger);
        return false;
    }

    // An answer that was begun cannot be ended. The client must see that, so its connection is closed in the middle of it.
    private void Break()
    {
        DropUpstream();
        isUnderWay = false;
        ShowBytes();
        exchange.OnBroken(shard.Now);
        Leave(AfterTransfer.Close);
    }

    private void ReadKeepAlive(UpstreamConnection connection)
    {
        if (!answer.Fields.Has(KnownField.KeepAlive))
        {
            return;
        }

        var list = answer.Fields.Value(KnownField.KeepAlive, connection.In.Unread[..answer.Length]);
        while (Tokens.NextElement(ref list, out var element))
        {
            if (element.StartsWith("timeout="u8) && System.Buffers.Text.Utf8Parser.TryParse(element[8..], out int seconds, out _))
            {
                // A second less: it must not be used in the very moment in which the replica closes it.
                connection.KeepAlive = Math.Min(connection.KeepAlive, Math.Max(seconds - 1, 0) * 1_000_000_000L);
            }
        }
    }

    private void ReleaseUpstream()
    {
        var connection = upstream!;
        var isReusable = answer.KeepAlive && hasWholeBody && isHeadSent && sent == framed && connection.HasSentAll && connection.In.Length == 0
            && !hasEnded && !connection.PeerEnded && !connection.IsBroken && connection.Pool is { IsClosed: false } && connection.KeepAlive > 0;
        if (!isReusable)
        {
            DropUpstream();
            return;
        }

        upstream = null;
        connection.Owner = null;
        connection.In.Release();
        shard.Timers.Set(connection, shard.Now + connection.KeepAlive);
        connection.Pool!.Put(connection);
    }
}
