using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Epoll;

/// <content>Which bytes belong to an answer.</content>
internal sealed partial class Transfer
{
    private bool IsUnchunked => answer.Framing is BodyFraming.Chunked && request.Minor == 0;

    // Finds out how many of the bytes that came belong to the answer; false: they are no answer.
    private bool FrameAnswer(UpstreamConnection connection)
    {
        if (hasWholeAnswer)
        {
            return true;
        }

        var bytes = connection.In.Unread[ready..];
        switch (answer.Framing)
        {
            case BodyFraming.Chunked when IsUnchunked || exchange.CountsTokens:
                FrameChunks(connection);
                return answerChunks.Fault is HttpFault.None;
            case BodyFraming.Chunked:
                Framed(answerChunks.Skip(bytes));
                hasWholeAnswer = answerChunks.IsDone;
                return answerChunks.Fault is HttpFault.None;
            case BodyFraming.Length:
                bytes = bytes[..(int)Math.Min(answerLeft, bytes.Length)];
                answerLeft -= bytes.Length;
                hasWholeAnswer = answerLeft == 0;
                break;
            default:
                hasWholeAnswer = hasEnded && !hasBroken;
                break;
        }

        if (exchange.CountsTokens)
        {
            exchange.CountTokens(bytes);
        }

        Framed(bytes.Length);
        return true;
    }

    private void Framed(int count)
    {
        ready += count;
        answerBytes += count;
    }

    // Chunk by chunk, for those who want to see the data, or must: HTTP/1.0 knows no chunks.
    private void FrameChunks(UpstreamConnection connection)
    {
        while (connection.In.Length > ready && !answerChunks.IsDone && answerChunks.Fault is HttpFault.None)
        {
            var taken = answerChunks.Next(connection.In.Unread[ready..], out var data);
            var length = data.Length;
            if (exchange.CountsTokens)
            {
                exchange.CountTokens(data);
            }

            if (IsUnchunked)
            {
                connection.In.Remove(ready, taken - length);
                taken = length;
            }

            Framed(taken);
        }

        hasWholeAnswer = answerChunks.IsDone;
    }
}
