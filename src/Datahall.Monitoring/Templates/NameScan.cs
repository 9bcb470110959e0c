using System.Buffers;

namespace Datahall.Monitoring.Templates;

/// <summary>How far a name reaches, and what it looks like: letters and digits with single signs between them.</summary>
internal readonly ref struct NameScan
{
    private static readonly SearchValues<byte> NumberSigns = SearchValues.Create("0123456789.:-"u8);

    /// <summary>The place after its last byte.</summary>
    public required int End { get; init; }

    /// <summary>Numbers in any notation: decimal, hexadecimal, addresses, times, UUIDs, with a unit behind.</summary>
    public required bool IsNumber { get; init; }

    /// <summary>The scheme of a URL; its colon follows.</summary>
    public required bool IsUrl { get; init; }

    /// <summary>A path that does not begin with a slash.</summary>
    public required bool IsPath { get; init; }

    /// <summary>A host of the domain name system, maybe with a port or a user before it.</summary>
    public required bool IsHost { get; init; }

    public static NameScan Of(ReadOnlySpan<byte> line, int start)
    {
        var counts = new SignCounts();
        var at = start;
        while (at < line.Length && (ByteClass.Is(line[at], ByteClass.Alphanumeric) || Connects(line, at, start)))
        {
            counts.Add(line[at++]);
        }

        var text = line[start..at];
        var number = counts.Digits > 0 && (IsHexadecimal(text, counts) || IsMeasure(text));
        return new()
        {
            End = at,
            IsNumber = number,
            IsUrl = counts.Digits + counts.Slashes == 0 && line[at..].StartsWith("://"u8),
            IsPath = !number && (counts.Slashes > 1 || (counts.Slashes == 1 && counts.Dots + counts.Digits > 0)),
            IsHost = counts.Dots > 0 && !number && counts.Slashes == 0 && HostName.Is(text),
        };
    }

    /// <summary>A sign connects when a letter or digit follows it; a colon only between numbers, for it ends words otherwise.</summary>
    private static bool Connects(ReadOnlySpan<byte> line, int at, int start)
    {
        var value = line[at];
        if (!ByteClass.Is(value, ByteClass.Connector) || at == start || at + 1 >= line.Length)
        {
            return false;
        }

        return value switch
        {
            (byte)':' => ConnectsColon(line, at, start),
            (byte)'_' when line[at + 1] is (byte)'-' or (byte)'_' => at + 2 < line.Length && ByteClass.Is(line[at + 2], ByteClass.Alphanumeric),
            _ => ByteClass.Is(line[at + 1], ByteClass.Alphanumeric),
        };
    }

    private static bool ConnectsColon(ReadOnlySpan<byte> line, int at, int start)
    {
        var next = line[at + 1];
        if (ByteClass.Is(next, ByteClass.Digit))
        {
            return true;
        }

        return next is (byte)':'
            ? at + 2 < line.Length && ByteClass.Is(line[at + 2], ByteClass.Hex) && ByteClass.Is(line[at - 1], ByteClass.Hex) && IsHexGroup(line, at, start)
            : ByteClass.Is(next, ByteClass.HexLetter) && IsHexGroup(line, at, start) && IsHexAhead(line, at + 1);
    }

    private static bool IsHexGroup(ReadOnlySpan<byte> line, int end, int start)
    {
        for (var at = end - 1; at >= start && at >= end - 5; at--)
        {
            if (!ByteClass.Is(line[at], ByteClass.Hex))
            {
                return line[at] is (byte)':' && at < end - 1;
            }
        }

        return end - start <= 4;
    }

    private static bool IsHexAhead(ReadOnlySpan<byte> line, int at)
    {
        var end = at;
        while (end < line.Length && end - at <= 4 && ByteClass.Is(line[end], ByteClass.Alphanumeric))
        {
            if (!ByteClass.Is(line[end], ByteClass.Hex))
            {
                return false;
            }

            end++;
        }

        return end - at is > 0 and <= 4;
    }

    /// <summary>Digits with letters of hexadecimal numbers among them. A word such as "add-1" has too few digits for that.</summary>
    private static bool IsHexadecimal(ReadOnlySpan<byte> text, SignCounts counts)
    {
        var prefixed = text.StartsWith("0x"u8);
        return counts.OtherLetters == (prefixed ? 1 : 0) && (counts.HexLetters == 0 || counts.Digits * 4 >= counts.HexLetters || prefixed);
    }

    /// <summary>Digits and then at most three letters: 512k, 10ms, 4G, 2nd, v1.2.</summary>
    private static bool IsMeasure(ReadOnlySpan<byte> text)
    {
        if (text[0] is (byte)'v' or (byte)'V' && text.Length > 1)
        {
            text = text[1..];
        }

        if (!ByteClass.Is(text[0], ByteClass.Digit))
        {
            return false;
        }

        var letters = text[(text.LastIndexOfAnyInRange((byte)'0', (byte)'9') + 1)..];
        return letters.Length <= 3 && letters.IndexOfAny("./_@:"u8) < 0 && text[..^letters.Length].IndexOfAnyExcept(NumberSigns) < 0;
    }

    /// <summary>How often each kind of sign occurs in a name.</summary>
    private struct SignCounts
    {
        public int Digits;
        public int HexLetters;
        public int OtherLetters;
        public int Slashes;
        public int Dots;

        public void Add(byte value)
        {
            if (ByteClass.Is(value, ByteClass.Digit))
            {
                Digits++;
            }
            else if (ByteClass.Is(value, ByteClass.HexLetter))
            {
                HexLetters++;
            }
            else if (ByteClass.Is(value, ByteClass.Letter))
            {
                OtherLetters++;
            }
            else
            {
                Slashes += value is (byte)'/' or (byte)'\\' ? 1 : 0;
                Dots += value is (byte)'.' ? 1 : 0;
            }
        }
    }
}
