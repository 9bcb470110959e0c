namespace Datahall.Gateway.Http1;

/// <summary>The head of an answer, strictly read. All its faults mean 502 to the client.</summary>
internal sealed class ResponseHead(HeadLimits limits) : Head(limits)
{
    private int reason;
    private int reasonLength;

    /// <summary>The status, 100 to 999.</summary>
    public int Status { get; private set; }

    /// <summary>Whether more answers to the same request follow. 101 is final: the connection changes its protocol.</summary>
    public bool IsInterim => Status is >= 100 and < 200 and not 101;

    /// <summary>The request that is answered was HEAD. Set before the head is complete; <see cref="Head.Reset"/> keeps it.</summary>
    public bool AnswersHead { get; set; }

    /// <summary>The reason phrase; may be empty.</summary>
    public ReadOnlySpan<byte> ReasonIn(ReadOnlySpan<byte> head) => head.Slice(reason, reasonLength);

    /// <inheritdoc/>
    protected override HttpFault StartLine(ReadOnlySpan<byte> head, int start, int length)
    {
        var line = head.Slice(start, length);
        // Some servers leave out the space before an empty reason.
        var valid = length >= 12 && line.StartsWith("HTTP/1."u8) && line[7] is (byte)'0' or (byte)'1' && line[8] == ' '
            && line[9] is >= (byte)'1' and <= (byte)'9' && char.IsAsciiDigit((char)line[10]) && char.IsAsciiDigit((char)line[11])
            && (length == 12 || line[12] == ' ') && !line[12..].ContainsAnyExcept(Tokens.Value);
        if (!valid)
        {
            return HttpFault.StatusLine;
        }

        Minor = line[7] - '0';
        Status = ((line[9] - '0') * 100) + ((line[10] - '0') * 10) + line[11] - '0';
        (reason, reasonLength) = (start + Math.Min(13, length), Math.Max(length - 13, 0));
        return HttpFault.None;
    }

    /// <inheritdoc/>
    protected override HttpFault Finish(ReadOnlySpan<byte> head)
    {
        Framing = BodyFraming.UntilClose;
        if (Fields.Has(KnownField.ContentLength) || Fields.Has(KnownField.TransferEncoding))
        {
            if (ReadFraming(head) is var fault and not HttpFault.None)
            {
                return fault;
            }
        }

        if (AnswersHead || Status is < 200 or 204 or 304)
        {
            Framing = BodyFraming.None;
        }

        KeepAlive = Framing is not BodyFraming.UntilClose && !Fields.Lists(KnownField.Connection, "close"u8, head)
            && (Minor == 1 || Fields.Lists(KnownField.Connection, "keep-alive"u8, head));
        return HttpFault.None;
    }
}
