using Datahall.Gateway.Bodies;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Epoll;

/// <content>What is read of a body before the request goes anywhere: a small one whole, of others as far as the model.</content>
internal sealed partial class Transfer
{
    private static readonly Refusal ambiguousBody = new(400, "ambiguous_body", "the body names the model more than once");

    private int peeked;
    private ChunkedDecoder peekChunks;
    private JsonPeek peek;

    private bool Gather()
    {
        if (hasWholeBody)
        {
            BeginExchange();
            return true;
        }

        return ReceiveBody(BlockPool.Middle, static transfer => transfer.BeginExchange());
    }

    private void BeginPeek()
    {
        SendContinue();
        (peek, peekChunks, peeked) = (new(shard.Options.PeekBytes), default, headLength);
        stage = Stage.Peeking;
    }

    private bool Peek()
    {
        FeedPeek();
        var enough = peek.HasModel && framed - headLength > BlockPool.Middle;
        if (peek.Status is not PeekStatus.Reading || hasWholeBody || enough)
        {
            EndPeek();
            return true;
        }

        return ReceiveBody(int.MaxValue, static transfer => transfer.EndPeek());
    }

    private void FeedPeek()
    {
        var bytes = Client.In.Unread[peeked..framed];
        peeked = framed;
        if (request.Framing is BodyFraming.Length)
        {
            peek.Take(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            bytes = bytes[peekChunks.Next(bytes, out var data)..];
            peek.Take(data);
        }
    }

    private void EndPeek()
    {
        if (peek.IsAmbiguous)
        {
            AnswerWith(ambiguousBody);
            return;
        }

        var view = new RequestFieldsView(request.Fields, RequestBytes);
        Apply(exchange.WithBody(peek.Model, PromptText(), view, shard.Now));
    }

    // Chunks lie between the pieces of the text: such a prompt counts as none.
    private ReadOnlySpan<byte> PromptText()
    {
        if (peek.PromptStart < 0 || request.Framing is not BodyFraming.Length)
        {
            return default;
        }

        var body = Client.In.Unread[headLength..framed];
        return body[(int)peek.PromptStart..(int)(peek.PromptEnd < 0 ? body.Length : peek.PromptEnd)];
    }

    // Reads more of the body before it is sent on; 'otherwise' is what to do when there is no more room.
    private bool ReceiveBody(int most, Action<Transfer> otherwise)
    {
        switch (Client.Receive(most))
        {
            case Moved.Some:
                clientMoved = shard.Now;
                if (!TakeBody())
                {
                    AnswerWith(bodyFault);
                }

                return true;
            case Moved.Blocked:
                return false;
            case Moved.Full:
                otherwise(this);
                return true;
            default:
                Cancel();
                return false;
        }
    }
}
