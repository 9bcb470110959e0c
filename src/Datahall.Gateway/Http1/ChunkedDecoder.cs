namespace Datahall.Gateway.Http1;

/// <summary>Follows a chunked body through any pieces it comes in, to its last trailer. Allocates nothing.</summary>
/// <remarks>
/// The body may be passed on as it is: what this takes, all readers understand alike. Source: RFC 9112 section 7.1, without white space around sizes.
/// A mutable struct: keep it in a field and call it there.
/// </remarks>
internal struct ChunkedDecoder
{
    private const int MostSizeDigits = 8;
    private const int MostExtension = 256;
    private const int MostOverhead = 16 * 1024;

    private State state;
    private int digits;
    private int extension;
    private int overhead;
    private long left;
    private TrailerReader trailers;

    private enum State : byte
    {
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataReturn,
        DataLineFeed,
        Trailers,
        Done,
        Faulty,
    }

    /// <summary>Whether the last byte of the body was taken.</summary>
    public readonly bool IsDone => state is State.Done;

    /// <summary>What is wrong.</summary>
    public HttpFault Fault { get; private set; }

    /// <summary>How many bytes of data came so far, without the framing.</summary>
    public long DataBytes { get; private set; }

    /// <summary>Takes bytes up to and with the next piece of data.</summary>
    /// <param name="bytes">What came and was not taken yet.</param>
    /// <param name="data">The piece of data: the last bytes of those that were taken; empty when there is none.</param>
    /// <returns>How many bytes were taken. Less than all of them: there is data, the body is done, or it is faulty.</returns>
    public int Next(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> data)
    {
        data = default;
        var at = 0;
        while (at < bytes.Length && state < State.Done)
        {
            if (state is State.Data)
            {
                var length = (int)Math.Min(left, bytes.Length - at);
                data = bytes.Slice(at, length);
                DataBytes += length;
                left -= length;
                state = left == 0 ? State.DataReturn : State.Data;
                return at + length;
            }

            if (state is State.Trailers)
            {
                at += Trailers(bytes[at..]);
            }
            else
            {
                Step(bytes[at++]);
            }
        }

        return at;
    }

    /// <summary>Takes all that belongs to the body.</summary>
    /// <returns>How many bytes were taken. Less than all of them: the body is done or faulty.</returns>
    public int Skip(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (taken < bytes.Length && state < State.Done)
        {
            taken += Next(bytes[taken..], out _);
        }

        return taken;
    }

    private void Step(byte letter)
    {
        switch (state)
        {
            case State.Size:
                Size(letter);
                break;
            case State.Extension:
                Extension(letter);
                break;
            case State.SizeLineFeed:
                Expect(letter, (byte)'\n', digits = 0, HttpFault.BareCarriageReturn, left == 0 ? State.Trailers : State.Data);
                break;
            case State.DataReturn:
                Expect(letter, (byte)'\r', 0, HttpFault.ChunkEnd, State.DataLineFeed);
                break;
            case State.DataLineFeed:
                Expect(letter, (byte)'\n', 0, HttpFault.ChunkEnd, State.Size);
                break;
        }
    }

    private void Size(byte letter)
    {
        if (char.IsAsciiHexDigit((char)letter))
        {
            left = digits == 0 ? 0 : left;
            left = (left << 4) | (uint)(char.IsAsciiDigit((char)letter) ? letter - '0' : (letter | 0x20) - 'a' + 10);
            if (++digits > MostSizeDigits || left > int.MaxValue)
            {
                Refuse(HttpFault.ChunkSize);
            }
        }
        else if (digits == 0)
        {
            Refuse(HttpFault.ChunkSize);
        }
        else if (letter == '\r')
        {
            EndSize();
        }
        else if (letter == ';')
        {
            (state, extension) = (State.Extension, 0);
        }
        else
        {
            Refuse(letter == '\n' ? HttpFault.BareLineFeed : HttpFault.ChunkSize);
        }
    }

    private void Extension(byte letter)
    {
        if (letter == '\r')
        {
            EndSize();
        }
        else if (letter == '\n')
        {
            Refuse(HttpFault.BareLineFeed);
        }
        else if (++extension > MostExtension || letter is (< (byte)' ' and not (byte)'\t') or 127)
        {
            Refuse(HttpFault.ChunkExtension);
        }
    }

    // Framing may be twice the data and 16 KB more. A body of one-byte chunks with long extensions costs more than it carries.
    private void EndSize()
    {
        overhead = (int)Math.Clamp(overhead + digits + extension - 16 - (2 * left), 0, int.MaxValue);
        extension = 0;
        state = State.SizeLineFeed;
        if (overhead > MostOverhead)
        {
            Refuse(HttpFault.ChunkOverhead);
        }
    }

    private void Expect(byte letter, byte wanted, int cleared, HttpFault fault, State then)
    {
        digits = cleared;
        state = then;
        if (letter != wanted)
        {
            Refuse(fault);
        }
    }

    private int Trailers(ReadOnlySpan<byte> bytes)
    {
        var taken = trailers.Take(bytes);
        if (trailers.Fault is not HttpFault.None)
        {
            Refuse(trailers.Fault);
        }
        else if (trailers.IsDone)
        {
            state = State.Done;
        }

        return taken;
    }

    private void Refuse(HttpFault fault)
    {
        Fault = fault;
        state = State.Faulty;
    }
}
