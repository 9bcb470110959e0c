using System.Buffers.Text;
using System.Text;
using Datahall.Cli.Bench.Load;

namespace Datahall.Cli.Bench.Http;

/// <summary>Reads HTTP/1.1 responses, strictly, from bytes as they come.</summary>
/// <remarks>Source: RFC 9112, sections 4 to 7. What a sender must not send is refused: bare line feeds, folded lines, white space before a colon, a length given twice or beside chunks.</remarks>
internal sealed class ResponseReader
{
    /// <summary>The most bytes of a head, or of a chunk's line.</summary>
    public const int LongestHead = 16 * 1024;

    private State state;
    private bool toHead;
    private long left;

    private enum State
    {
        Head,
        Counted,
        ChunkLine,
        Chunk,
        ChunkEnd,
        Trailer,
        UntilClosed,
        Done,
    }

    /// <summary>The status code; 0 before the head is there.</summary>
    public int Status { get; private set; }

    /// <summary>Whether the body's type is <c>text/event-stream</c>.</summary>
    public bool IsEventStream { get; private set; }

    /// <summary>Whether the connection may carry another request.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>Whether the response is whole.</summary>
    public bool IsDone => state is State.Done;

    /// <summary>Begins a new response.</summary>
    /// <param name="isHead">Whether the request was HEAD, whose response has no body.</param>
    public void Begin(bool isHead) => (state, toHead, Status, left) = (State.Head, isHead, 0, 0);

    /// <summary>The server closed its side.</summary>
    /// <returns>Whether that makes the response whole: it had no length, so it lasted until here.</returns>
    public bool EndOfInput()
    {
        if (state is State.UntilClosed)
        {
            state = State.Done;
        }

        return IsDone;
    }

    /// <summary>Takes what it can of the bytes.</summary>
    /// <param name="data">Bytes that were not taken yet, and those after them.</param>
    /// <param name="body">Gets the body, without the frames of chunks; null when nobody wants it.</param>
    /// <returns>How many bytes were taken; fewer than there are when a line is not whole, or the response is.</returns>
    /// <exception cref="FormatException">It is no HTTP response.</exception>
    public int Take(ReadOnlySpan<byte> data, BodySink? body)
    {
        var taken = 0;
        while (!IsDone)
        {
            var step = Step(data[taken..], body);
            if (step == 0)
            {
                break;
            }

            taken += step;
        }

        return taken;
    }

    private int Step(ReadOnlySpan<byte> data, BodySink? body) => state switch
    {
        State.Head => TakeHead(data),
        State.Counted => TakeCounted(data, body, State.Done),
        State.Chunk => TakeCounted(data, body, State.ChunkEnd),
        State.UntilClosed => TakeAll(data, body),
        _ => TakeLine(data),
    };

    private int TakeHead(ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return data.Length > LongestHead ? throw new FormatException($"the head is longer than {LongestHead} bytes") : 0;
        }

        var head = ResponseHead.Parse(data[..(end + 2)]);
        if (head.Status is >= 100 and < 200)
        {
            return head.Status == 101 ? throw new FormatException("the server switched protocols") : end + 4; // The real one follows.
        }

        (Status, IsEventStream, KeepsAlive) = (head.Status, head.IsEventStream, head.KeepsAlive);
        (state, left) = head switch
        {
            _ when toHead || head.Status is 204 or 304 => (State.Done, 0),
            { IsChunked: true } => (State.ChunkLine, 0),
            { Length: 0 } => (State.Done, 0),
            { Length: { } length } => (State.Counted, length),
            _ => (State.UntilClosed, 0L),
        };
        KeepsAlive &= state is not State.UntilClosed;
        return end + 4;
    }

    private int TakeCounted(ReadOnlySpan<byte> data, BodySink? body, State after)
    {
        var piece = data[..(int)Math.Min(left, data.Length)];
        if (!piece.IsEmpty)
        {
            body?.Invoke(piece, IsEventStream);
        }

        left -= piece.Length;
        state = left == 0 ? after : state;
        return piece.Length;
    }

    private int TakeAll(ReadOnlySpan<byte> data, BodySink? body)
    {
        if (!data.IsEmpty)
        {
            body?.Invoke(data, IsEventStream);
        }

        return data.Length;
    }

    private int TakeLine(ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf((byte)'\n');
        if (end < 0)
        {
            return data.Length > LongestHead ? throw new FormatException($"a line between chunks is longer than {LongestHead} bytes") : 0;
        }

        if (end == 0 || data[end - 1] != '\r')
        {
            throw new FormatException("a line between chunks ends without CR");
        }

        var line = data[..(end - 1)];
        state = state switch
        {
            State.ChunkLine => BeginChunk(line),
            State.ChunkEnd => line.IsEmpty ? State.ChunkLine : throw new FormatException("a chunk is longer than it says"),
            _ => line.IsEmpty ? State.Done : State.Trailer,
        };
        return end + 1;
    }

    private State BeginChunk(ReadOnlySpan<byte> line)
    {
        var extension = line.IndexOf((byte)';');
        var size = (extension < 0 ? line : line[..extension]).TrimEnd(" \t"u8);
        if (size.Length is 0 or > 15 || !Utf8Parser.TryParse(size, out left, out var used, 'X') || used != size.Length)
        {
            throw new FormatException($"'{Encoding.Latin1.GetString(size[..Math.Min(size.Length, 40)])}' is no size of a chunk");
        }

        return left == 0 ? State.Trailer : State.Chunk;
    }
}
