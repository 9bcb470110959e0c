namespace Datahall.Monitoring.Templates;

/// <summary>Reads a line into its shape: a hand-written state machine that passes once over the bytes.</summary>
/// <remarks>
/// Masked are numbers with their signs and units, hexadecimal numbers, addresses, identifiers, times and dates, paths and URLs, hosts,
/// truth values and quoted text after <c>=</c>. Words stay. A token ends at a blank and after <c>=</c>. There is no rule for any one system.
/// </remarks>
internal ref struct LineTokenizer
{
    private readonly ReadOnlySpan<byte> line;
    private readonly LineShape shape;
    private int at;

    private LineTokenizer(ReadOnlySpan<byte> line, LineShape shape)
    {
        this.line = line.Length > LineShape.MaxBytes ? line[..LineShape.MaxBytes] : line;
        this.shape = shape;
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">Its content in UTF-8, without header and line end. What is no UTF-8 counts as letters.</param>
    /// <param name="shape">Receives the shape.</param>
    public static void Read(ReadOnlySpan<byte> line, LineShape shape)
    {
        shape.Clear();
        new LineTokenizer(line, shape).ReadTokens();
    }

    private void ReadTokens()
    {
        var afterEquals = false;
        while (SkipBlanks())
        {
            if (shape.Count == LineShape.MaxTokens - 1)
            {
                shape.AppendWildcard();
                shape.EndToken();
                return;
            }

            afterEquals = ReadToken(afterEquals);
            shape.EndToken();
        }
    }

    private bool SkipBlanks()
    {
        while (at < line.Length && ByteClass.Is(line[at], ByteClass.Space))
        {
            at++;
        }

        return at < line.Length;
    }

    /// <summary>Reads one token; true when it ended with an equals sign.</summary>
    private bool ReadToken(bool afterEquals)
    {
        ReadValueWithoutName(afterEquals);
        var start = at;
        while (at < line.Length && !ByteClass.Is(line[at], ByteClass.Space))
        {
            if (ReadSign(start, afterEquals))
            {
                return true;
            }

            if (shape.EndsWithWildcard)
            {
                SkipUnit();
            }
        }

        return false;
    }

    /// <summary>Quoted text after an equals sign, or an empty pair of brackets: the place of a value that is not there this time.</summary>
    private void ReadValueWithoutName(bool afterEquals)
    {
        if (afterEquals && line[at] is (byte)'"' or (byte)'\'')
        {
            ReadQuoted(line[at]);
        }
        else if (line[at] is (byte)'(' or (byte)'[' or (byte)'{' && IsEmptyPair())
        {
            shape.Append(line[at++]);
            shape.AppendWildcard();
        }
    }

    /// <summary>Reads a name, a path or a single sign; true when that is an equals sign, which ends the token.</summary>
    private bool ReadSign(int start, bool afterEquals)
    {
        var value = line[at];
        if (ByteClass.Is(value, ByteClass.Letter) && WordEnd() is var end and > 0)
        {
            ReadWord(end, afterEquals && at == start);
        }
        else if (ByteClass.Is(value, ByteClass.Alphanumeric) || (IsSign(value, start) && at + 1 < line.Length && ByteClass.Is(line[at + 1], ByteClass.Digit)))
        {
            ReadName(afterEquals && at == start);
        }
        else if (value is (byte)'/' or (byte)'\\' && IsPathStart(start))
        {
            ReadToDelimiter();
        }
        else
        {
            shape.Append(value);
            at++;
            return value is (byte)'=';
        }

        return false;
    }

    private readonly bool IsEmptyPair() =>
        at + 1 < line.Length && line[at + 1] == (line[at] is (byte)'(' ? (byte)')' : line[at] + 2);

    /// <summary>A sign belongs to the number after it at the start of a token or behind a bracket, equals sign or the like.</summary>
    private readonly bool IsSign(byte value, int start) => value switch
    {
        (byte)'-' or (byte)'+' => at == start || !ByteClass.Is(line[at - 1], ByteClass.Alphanumeric),
        (byte)'<' or (byte)'>' or (byte)'~' or (byte)'#' => at == start,
        _ => false,
    };

    private readonly bool IsPathStart(int start) =>
        (at == start || !ByteClass.Is(line[at - 1], ByteClass.Alphanumeric)) && at + 1 < line.Length && ByteClass.Is(line[at + 1], ByteClass.Alphanumeric);

    /// <summary>The end of a word that is nothing but letters, the most frequent case by far; -1 when more belongs to the name.</summary>
    private readonly int WordEnd()
    {
        var end = at + 1;
        while (end < line.Length && ByteClass.Is(line[end], ByteClass.Letter))
        {
            end++;
        }

        return end == line.Length || !ByteClass.Is(line[end], ByteClass.Digit | ByteClass.Connector)
            || (end + 1 < line.Length && line[end + 1] is (byte)' ' && line[end] is not (byte)'_') ? end : -1;
    }

    private void ReadWord(int end, bool afterEquals)
    {
        var word = line[at..end];
        if ((afterEquals && KnownWords.IsTruthValue(word)) || IsDate(word, end))
        {
            shape.AppendWildcard();
        }
        else
        {
            shape.Append(word);
        }

        at = end;
    }

    private void ReadName(bool afterEquals)
    {
        if (!ByteClass.Is(line[at], ByteClass.Alphanumeric))
        {
            at++; // The sign.
        }

        var name = NameScan.Of(line, at);
        var text = line[at..name.End];
        if (afterEquals && KnownWords.IsTruthValue(text))
        {
            shape.AppendWildcard();
            at = name.End;
        }
        else if (name.IsUrl)
        {
            shape.Append(text);
            shape.Append("://"u8);
            at = name.End + 3;
            ReadToDelimiter();
        }
        else if (name.IsPath)
        {
            ReadToDelimiter();
        }
        else if (name.IsNumber || name.IsHost || IsDate(text, name.End))
        {
            shape.AppendWildcard();
            at = name.End;
        }
        else
        {
            NameMask.Append(text, shape);
            at = name.End;
        }
    }

    /// <summary>The name of a day or month is part of a date when a number or another such name follows.</summary>
    private readonly bool IsDate(ReadOnlySpan<byte> name, int end)
    {
        if (end + 1 >= line.Length || line[end] is not ((byte)' ' or (byte)',') || name[0] is < (byte)'A' or > (byte)'W')
        {
            return false;
        }

        var next = end + 1;
        while (next < line.Length && line[next] is (byte)' ')
        {
            next++;
        }

        return next < line.Length
            && (ByteClass.Is(line[next], ByteClass.Digit) || (line.Length - next >= 3 && KnownWords.IsCalendarName(line.Slice(next, 3))))
            && KnownWords.IsCalendarName(name);
    }

    private void ReadToDelimiter()
    {
        shape.AppendWildcard();
        while (at < line.Length && !ByteClass.Is(line[at], ByteClass.Space | ByteClass.Closing))
        {
            if (line[at] is (byte)':' or (byte)'.' && (at + 1 == line.Length || ByteClass.Is(line[at + 1], ByteClass.Space)))
            {
                return; // Punctuation of the sentence, not of the path.
            }

            at++;
        }
    }

    private void ReadQuoted(byte quote)
    {
        const int longest = 256;
        var rest = line[(at + 1)..];
        var end = rest[..Math.Min(rest.Length, longest)].IndexOf(quote);
        if (end < 0)
        {
            return;
        }

        shape.Append(quote);
        shape.AppendWildcard();
        shape.Append(quote);
        at += end + 2;
    }

    /// <summary>A unit after a number belongs to the value: 384 B, 1.2 KB, 5 ms.</summary>
    private void SkipUnit()
    {
        var start = at;
        while (start < line.Length && line[start] is (byte)' ')
        {
            start++;
        }

        var end = start;
        while (end < line.Length && ByteClass.Is(line[end], ByteClass.Letter))
        {
            end++;
        }

        if (start > at && end > start && EndsWord(end) && KnownWords.IsUnit(line[start..end]))
        {
            at = end;
        }
    }

    private readonly bool EndsWord(int end) =>
        end == line.Length || ByteClass.Is(line[end], ByteClass.Space | ByteClass.Closing) || line[end] is (byte)'.' or (byte)':';
}
