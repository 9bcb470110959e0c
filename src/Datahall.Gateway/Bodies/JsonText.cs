namespace Datahall.Gateway.Bodies;

/// <summary>Unescapes a JSON string byte by byte into a buffer. What does not fit is counted out: the text is then too long. Source: RFC 8259 section 7.</summary>
internal struct JsonText
{
    private int hexLeft;
    private int unit;
    private int high;

    /// <summary>How many bytes the buffer has.</summary>
    public int Length { get; private set; }

    /// <summary>Whether the text did not fit.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Whether an escape is none of JSON's, or a control character stands in the text.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether the next byte belongs to an escape.</summary>
    public bool IsInEscape { get; set; }

    /// <summary>Takes a byte; true when it is the quote that ends the string.</summary>
    public bool Take(byte letter, Span<byte> buffer)
    {
        if (hexLeft > 0)
        {
            TakeHex(letter, buffer);
            return false;
        }

        if (IsInEscape)
        {
            IsInEscape = false;
            Unescape(letter, buffer);
            return false;
        }

        if (letter == '\\')
        {
            IsInEscape = true;
            return false;
        }

        IsBroken |= letter < ' ' || high != 0; // The second half of a pair must follow the first.
        if (letter == '"')
        {
            return true;
        }

        Put(letter, buffer);
        return false;
    }

    private void Unescape(byte letter, Span<byte> buffer)
    {
        IsBroken |= high != 0 && letter != 'u';
        if (letter == 'u')
        {
            (hexLeft, unit) = (4, 0);
            return;
        }

        var plain = "\"\\/bfnrt"u8.IndexOf(letter);
        IsBroken |= plain < 0;
        Put(plain < 0 ? letter : "\"\\/\b\f\n\r\t"u8[plain], buffer);
    }

    private void TakeHex(byte letter, Span<byte> buffer)
    {
        IsBroken |= !char.IsAsciiHexDigit((char)letter);
        unit = (unit << 4) | (char.IsAsciiDigit((char)letter) ? letter - '0' : ((letter | 0x20) - 'a' + 10) & 15);
        if (--hexLeft > 0)
        {
            return;
        }

        if (char.IsHighSurrogate((char)unit))
        {
            IsBroken |= high != 0;
            high = unit;
            return;
        }

        var isLow = char.IsLowSurrogate((char)unit);
        IsBroken |= isLow != (high != 0);
        PutRune(isLow && high != 0 ? char.ConvertToUtf32((char)high, (char)unit) : isLow ? '?' : unit, buffer);
        high = 0;
    }

    private void PutRune(int scalar, Span<byte> buffer)
    {
        Span<byte> utf8 = stackalloc byte[4];
        var length = new System.Text.Rune(IsBroken ? '?' : scalar).EncodeToUtf8(utf8);
        foreach (var letter in utf8[..length])
        {
            Put(letter, buffer);
        }
    }

    private void Put(byte letter, Span<byte> buffer)
    {
        if (Length < buffer.Length)
        {
            buffer[Length++] = letter;
        }
        else
        {
            IsTooLong = true;
        }
    }
}
