using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Epoll;

/// <content>The way of the request: read, framed, sent.</content>
/// <remarks>All places are counted from the head's first byte, which is the first byte of the client's buffer.</remarks>
internal sealed partial class Transfer
{
    private static readonly Refusal bodyFault = new(400, "bad_body", "the body is not framed as HTTP/1.1 says");

    private int headLength;
    private int framed; // Up to here the bytes belong to this request.
    private int sent; // Up to here the replica has them.
    private long bodyLeft;
    private long bodyBytes;
    private bool hasWholeBody;
    private bool isWhole; // Everything is still here, to be sent again.
    private bool isHeadSent;
    private bool sendFailed;
    private bool hasContinued;
    private bool wantsFresh;
    private long connecting;
    private long requestSent;
    private ChunkedDecoder chunks;

    private void BeginRequest()
    {
        (headLength, framed, sent, bodyBytes) = (0, 0, 0, 0);
        (hasWholeBody, isWhole, hasContinued, wantsFresh) = (false, true, false, false);
        chunks = default;
    }

    private bool ReadHead()
    {
        switch (request.Advance(Client.In.Unread))
        {
            case HeadStatus.Complete:
                OnRequestHead();
                return true;
            case HeadStatus.Faulty when request.Fault is HttpFault.Http2Preface && shard.Options.Relay is not null:
                Relay();
                return true;
            case HeadStatus.Faulty:
                AnswerWith(new Refusal(HttpFaults.Status(request.Fault), "bad_request", HttpFaults.Describe(request.Fault)));
                return true;
        }

        switch (Client.Receive(BlockPool.Middle))
        {
            case Moved.Some:
                return true;
            case Moved.Blocked:
                return false;
            case Moved.Full:
                AnswerWith(new Refusal(503, "no_memory", "this gateway has no memory left for requests", 1));
                return true;
            default:
                Leave(AfterTransfer.Close);
                return false;
        }
    }

    private void OnRequestHead()
    {
        headLength = framed = sent = request.Length;
        bodyLeft = request.ContentLength;
        hasWholeBody = request.Framing is BodyFraming.None;
        if (!TakeBody())
        {
            AnswerWith(bodyFault);
        }
        else if (!hasWholeBody && !request.ExpectsContinue && request.Framing is BodyFraming.Length && headLength + request.ContentLength <= BlockPool.Middle)
        {
            stage = Stage.Gathering; // A slow client is not to keep a replica busy.
        }
        else
        {
            BeginExchange();
        }
    }

    // Finds out how many of the bytes that came belong to the body; false: they are no body.
    private bool TakeBody()
    {
        if (hasWholeBody)
        {
            return true;
        }

        var bytes = Client.In.Unread[framed..];
        var count = 0;
        if (request.Framing is BodyFraming.Length)
        {
            count = (int)Math.Min(bodyLeft, bytes.Length);
            bodyLeft -= count;
            hasWholeBody = bodyLeft == 0;
        }
        else
        {
            count = chunks.Skip(bytes);
            hasWholeBody = chunks.IsDone;
        }

        framed += count;
        bodyBytes += count;
        return chunks.Fault is HttpFault.None;
    }

    // The gateway itself tells the client to go on: what the body says may decide where it goes.
    private void SendContinue()
    {
        if (request.ExpectsContinue && !hasContinued && !hasWholeBody)
        {
            hasContinued = true;
            Client.Out.TryAdd("HTTP/1.1 100 Continue\r\n\r\n"u8);
            Client.Flush(Client.Out);
        }
    }

    // From the client, and on to the replica; true: something moved.
    private bool MoveRequest()
    {
        var moved = false;
        if (!hasWholeBody)
        {
            switch (Client.Receive(BlockPool.Middle))
            {
                case Moved.Some:
                    (moved, clientMoved) = (true, shard.Now);
                    if (!TakeBody() || IsTooLarge())
                    {
                        RefuseBody();
                        return true;
                    }

                    break;
                case Moved.Full:
                    moved = DropSent();
                    break;
                case Moved.Ended or Moved.Broken:
                    Cancel();
                    return false;
            }
        }
        else if (Client.PeerEnded && !shard.Options.AnswerHalfClosed)
        {
            Cancel();
            return false;
        }

        return SendRequest() || moved;
    }

    private bool IsTooLarge() => request.Framing is BodyFraming.Chunked && chunks.DataBytes > exchange.Route!.Spec.Limits.Body.Value;

    private void RefuseBody()
    {
        DropUpstream();
        if (answerBegun)
        {
            Cancel();
        }
        else
        {
            AnswerWith(chunks.Fault is HttpFault.None ? Refusal.BodyTooLarge : bodyFault);
        }
    }

    // The buffer is full of what the replica has already: it makes room, and cannot be sent again.
    private bool DropSent()
    {
        var count = sent - headLength;
        if (count == 0)
        {
            return false;
        }

        Client.In.Remove(headLength, count);
        (framed, sent, isWhole) = (framed - count, headLength, false);
        return true;
    }

    private bool SendRequest()
    {
        var connection = upstream!;
        if (!connection.IsConnected)
        {
            if (connection.CanSend)
            {
                Fail(FailureKind.Connect);
                return true;
            }

            return false;
        }

        if (sendFailed || (isHeadSent && sent == framed && connection.Out.Length == 0))
        {
            return false;
        }

        var result = !isHeadSent ? SendHead(connection)
            : connection.Out.Length > 0 ? connection.Flush(connection.Out)
            : SendBody(connection);
        sendFailed = result is Moved.Broken; // Why, and whether an answer came before, receiving will tell.
        requestSent = shard.Now;
        return result is Moved.Some or Moved.Broken;
    }

    private Moved SendBody(UpstreamConnection connection)
    {
        var result = connection.Send(Client.In.Unread[sent..framed], out var count);
        sent += count;
        return result;
    }

    // The head, and as much of the body as fits behind it, in one system call.
    private Moved SendHead(UpstreamConnection connection)
    {
        if (!connection.CanSend)
        {
            return Moved.Blocked;
        }

        var room = shard.Outbox.Room;
        var length = RequestRewriting.Write(request, RequestBytes, exchange, Client.Address, shard.Options.TrustForwarded, room);
        if (length < 0)
        {
            DropUpstream();
            AnswerWith(new Refusal(431, "header_too_large", "the header is larger than the gateway allows"));
            return Moved.Some;
        }

        var body = Client.In.Unread[sent..framed];
        body = body[..Math.Min(body.Length, room.Length - length)];
        body.CopyTo(room[length..]);
        var result = connection.Post(room[..(length + body.Length)], out var count);
        if (result is Moved.Some)
        {
            isHeadSent = true;
            sent += Math.Max(0, count - length);
            if (count < length && !connection.Out.TryAdd(room[count..length]))
            {
                return Moved.Broken;
            }
        }

        return result;
    }
}
