namespace Datahall.Gateway.Http1;

/// <summary>How far a head is read.</summary>
internal enum HeadStatus
{
    /// <summary>Bytes are missing.</summary>
    Incomplete,

    /// <summary>All of it is there and well.</summary>
    Complete,

    /// <summary>It is refused; <see cref="Head.Fault"/> says why.</summary>
    Faulty,
}

/// <summary>Where a body ends. Source: RFC 9112 section 6.3.</summary>
internal enum BodyFraming
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>After <see cref="Head.ContentLength"/> bytes.</summary>
    Length,

    /// <summary>With the last chunk.</summary>
    Chunked,

    /// <summary>With the connection.</summary>
    UntilClose,
}

/// <summary>The start line and the fields of a message, read line by line as bytes come. One object reads many heads; no member allocates in the long run.</summary>
/// <remarks>It holds places only: each call gets the same bytes from the head's first on, at any address.</remarks>
internal abstract class Head(HeadLimits limits)
{
    private int next;
    private int scanned;
    private bool hasStartLine;

    /// <summary>The fields.</summary>
    public FieldTable Fields { get; } = new(limits.Fields);

    /// <summary>Why it is refused.</summary>
    public HttpFault Fault { get; private set; }

    /// <summary>The length of the whole head with its empty line, in bytes, once it is complete.</summary>
    public int Length { get; private set; }

    /// <summary>The minor version: HTTP/1.0 or HTTP/1.1.</summary>
    public int Minor { get; protected set; }

    /// <summary>Where the body ends.</summary>
    public BodyFraming Framing { get; protected set; }

    /// <summary>The length of the body with <see cref="BodyFraming.Length"/>; -1: no Content-Length was given.</summary>
    public long ContentLength { get; private set; }

    /// <summary>Whether the connection may carry another message after this one.</summary>
    public bool KeepAlive { get; protected set; }

    /// <summary>The limits.</summary>
    protected HeadLimits Limits => limits;

    /// <summary>Forgets the last head.</summary>
    public virtual void Reset()
    {
        (next, scanned, hasStartLine, Length) = (0, 0, false, 0);
        (Fault, Framing, ContentLength) = (HttpFault.None, BodyFraming.None, -1);
        (Minor, KeepAlive) = (1, false); // What is assumed of a message whose first line cannot be read.
        Fields.Clear();
    }

    /// <summary>Reads on.</summary>
    /// <param name="bytes">All that came since the head's first byte; what follows the head does not matter.</param>
    public HeadStatus Advance(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var end = bytes[scanned..].IndexOf((byte)'\n');
            if (end < 0)
            {
                scanned = bytes.Length;
                return TooLong(bytes, bytes.Length) is var fault and not HttpFault.None ? Refuse(fault) : HeadStatus.Incomplete;
            }

            end += scanned;
            scanned = end + 1;
            var step = Line(bytes, end);
            if (step is not HttpFault.None)
            {
                return Refuse(step);
            }

            if (Length > 0)
            {
                return Finish(bytes[..Length]) is var last and not HttpFault.None ? Refuse(last) : HeadStatus.Complete;
            }
        }
    }

    /// <summary>Reads the start line, which lies at the given place, without its CR LF.</summary>
    protected abstract HttpFault StartLine(ReadOnlySpan<byte> head, int start, int length);

    /// <summary>Judges the whole head.</summary>
    protected abstract HttpFault Finish(ReadOnlySpan<byte> head);

    /// <summary>Whether an empty line before the start line is forgiven, as RFC 9112 section 2.2 asks of servers.</summary>
    protected virtual bool ForgivesEmptyLine => false;

    /// <summary>Reads Content-Length and Transfer-Encoding. Refuses all that two readers could understand differently.</summary>
    protected HttpFault ReadFraming(ReadOnlySpan<byte> head)
    {
        if (Fields.Has(KnownField.TransferEncoding))
        {
            return ReadTransferEncoding(head);
        }

        if (!Fields.Has(KnownField.ContentLength))
        {
            return HttpFault.None;
        }

        if (Fields.IsRepeated(KnownField.ContentLength))
        {
            return HttpFault.ContentLengthRepeated;
        }

        var value = Fields.Value(KnownField.ContentLength, head);
        ContentLength = Digits(value);
        if (ContentLength < 0)
        {
            return value.Contains((byte)',') ? HttpFault.ContentLengthRepeated : HttpFault.ContentLength;
        }

        Framing = ContentLength == 0 ? BodyFraming.None : BodyFraming.Length;
        return HttpFault.None;
    }

    private HttpFault ReadTransferEncoding(ReadOnlySpan<byte> head)
    {
        if (Minor == 0)
        {
            return HttpFault.TransferEncodingInOldVersion;
        }

        if (Fields.Has(KnownField.ContentLength))
        {
            return HttpFault.ContentLengthAndTransferEncoding;
        }

        if (Fields.IsRepeated(KnownField.TransferEncoding))
        {
            return HttpFault.TransferEncodingRepeated;
        }

        Framing = BodyFraming.Chunked;
        return Tokens.Is(Fields.Value(KnownField.TransferEncoding, head), "chunked"u8) ? HttpFault.None : HttpFault.TransferEncodingUnsupported;
    }

    private static long Digits(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 19)
        {
            return -1;
        }

        ulong value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return -1;
            }

            value = (value * 10) + (ulong)(digit - '0');
        }

        return value > long.MaxValue ? -1 : (long)value;
    }

    // One line, whose LF stands at 'end'.
    private HttpFault Line(ReadOnlySpan<byte> bytes, int end)
    {
        var (start, length) = (next, end - next - 1);
        next = end + 1;
        if (TooLong(bytes, next) is var fault and not HttpFault.None)
        {
            return fault;
        }

        if (length < 0 || bytes[end - 1] != '\r')
        {
            return HttpFault.BareLineFeed;
        }

        if (!hasStartLine)
        {
            if (length == 0 && start == 0 && ForgivesEmptyLine)
            {
                return HttpFault.None;
            }

            hasStartLine = true;
            return StartLine(bytes, start, length);
        }

        if (length > 0)
        {
            return Fields.Add(bytes, start, length);
        }

        Length = next;
        return HttpFault.None;
    }

    private HttpFault TooLong(ReadOnlySpan<byte> bytes, int length)
    {
        if (!hasStartLine && length > limits.RequestLineBytes)
        {
            return bytes[..length].Contains((byte)' ') ? HttpFault.TargetTooLong : HttpFault.RequestLine;
        }

        return length > limits.HeadBytes ? HttpFault.HeadTooLarge : HttpFault.None;
    }

    private HeadStatus Refuse(HttpFault fault)
    {
        Fault = fault;
        return HeadStatus.Faulty;
    }
}
