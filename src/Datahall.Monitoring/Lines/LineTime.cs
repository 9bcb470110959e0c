namespace Datahall.Monitoring.Lines;

/// <summary>Reads the times of log headers, in whatever of the usual notations.</summary>
/// <remarks>
/// Seconds or milliseconds since 1970; year, month and day with any signs between or none; a month's name and a day; month and day in numbers.
/// A missing year is 2000: then times are good for distances only.
/// </remarks>
public static class LineTime
{
    private const int MostGroups = 7;
    private const int LongestTime = 64;
    private const int LongestZone = 4;
    private const int DayAndClock = 4;
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>Reads a time.</summary>
    /// <param name="text">It begins with the time, maybe after a bracket or the name of a day.</param>
    /// <param name="unixMilliseconds">Milliseconds since 1970, the zone left aside.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out long unixMilliseconds)
    {
        unixMilliseconds = 0;
        Span<int> values = stackalloc int[MostGroups];
        Span<int> lengths = stackalloc int[MostGroups];
        text = text[..Math.Min(text.Length, LongestTime)];
        var count = Groups(text, values, lengths, out var month, out var slashes, out var epoch);
        if (epoch > 0)
        {
            unixMilliseconds = epoch;
            return true;
        }

        return Date(values[..count], lengths[..count], month, slashes, out var date, out var used) && Clock(values[used..count], lengths[used..count], out var clock)
            && (unixMilliseconds = date + clock) > 0;
    }

    private static int Groups(ReadOnlySpan<byte> text, Span<int> values, Span<int> lengths, out int month, out int slashes, out long epoch)
    {
        var count = 0;
        (month, slashes, epoch) = (0, 0, 0);
        for (var at = 0; at < text.Length && count < MostGroups;)
        {
            var digits = Run(text[at..], static value => char.IsAsciiDigit(value));
            var letters = digits > 0 ? 0 : Run(text[at..], static value => char.IsAsciiLetter(value));
            if (digits > 0)
            {
                if (count == 0 && Epoch(text.Slice(at, digits)) is var time and > 0)
                {
                    epoch = time;
                    return 0;
                }

                lengths[count] = digits;
                values[count++] = (int)Math.Min(int.MaxValue, Number(text.Slice(at, digits)));
            }
            else if (count >= DayAndClock && (letters > LongestZone || text[at] is (byte)'[' or (byte)'('))
            {
                return count; // What follows is no part of the time: "sshd[2024]" is no year.
            }
            else if (letters == 3 && month == 0)
            {
                month = MonthOf(text.Slice(at, 3));
            }
            else if (letters == 0 && count <= 2)
            {
                slashes += text[at] is (byte)'/' ? 1 : 0;
            }

            at += Math.Max(1, digits + letters);
        }

        return count;
    }

    private static int Run(ReadOnlySpan<byte> text, Func<char, bool> belongs)
    {
        var length = 0;
        while (length < text.Length && belongs((char)text[length]))
        {
            length++;
        }

        return length;
    }

    private static bool Date(ReadOnlySpan<int> values, ReadOnlySpan<int> lengths, int month, int slashes, out long date, out int used)
    {
        (date, used) = (0, 0);
        if (values.IsEmpty)
        {
            return false;
        }

        var (year, day) = (2000, 0);
        if (month > 0)
        {
            (year, used) = YearOf(values, lengths);
            day = values[0];
        }
        else if (lengths[0] is 8 or 6)
        {
            var whole = values[0] + (lengths[0] == 6 ? 20_000_000 : 0);
            (year, month, day, used) = (whole / 10_000, whole / 100 % 100, whole % 100, 1);
        }
        else if (values.Length >= 3 && (lengths[0] == 4 || slashes == 2))
        {
            (year, month, day, used) = (values[0] + (lengths[0] == 4 ? 0 : 2000), values[1], values[2], 3);
        }
        else if (values.Length >= 5)
        {
            (month, day, used) = (values[0], values[1], 2);
        }

        if (year is < 1970 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = (long)(new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).TotalMilliseconds;
        return true;
    }

    /// <summary>The year beside a month's name, before the clock or behind it, and how many numbers there are up to the clock.</summary>
    private static (int Year, int Used) YearOf(ReadOnlySpan<int> values, ReadOnlySpan<int> lengths)
    {
        for (var at = 1; at < values.Length; at++)
        {
            if (lengths[at] == 4 && values[at] is >= 1970 and <= 9998)
            {
                return (values[at], at == 1 ? 2 : 1);
            }
        }

        return (2000, 1);
    }

    private static bool Clock(ReadOnlySpan<int> values, ReadOnlySpan<int> lengths, out long clock)
    {
        clock = 0;
        if (values.IsEmpty)
        {
            return false;
        }

        var (hour, minute, second) = lengths[0] == 6 ? (values[0] / 10_000, values[0] / 100 % 100, values[0] % 100)
            : values.Length >= 3 ? (values[0], values[1], values[2]) : (24, 0, 0);
        clock = ((((hour * 60L) + minute) * 60) + second) * 1000;
        return hour < 24 && minute < 60 && second <= 60;
    }

    private static long Epoch(ReadOnlySpan<byte> digits) => digits.Length switch
    {
        10 when digits[0] is (byte)'1' => Number(digits) * 1000,
        13 when digits[0] is (byte)'1' => Number(digits),
        _ => 0,
    };

    private static long Number(ReadOnlySpan<byte> digits)
    {
        var value = 0L;
        foreach (var digit in digits[..Math.Min(digits.Length, 18)])
        {
            value = (value * 10) + digit - '0';
        }

        return value;
    }

    private static int MonthOf(ReadOnlySpan<byte> word)
    {
        Span<char> lowered = [(char)(word[0] | 0x20), (char)(word[1] | 0x20), (char)(word[2] | 0x20)];
        for (var i = 0; i < Months.Length; i++)
        {
            if (lowered.SequenceEqual(Months[i]))
            {
                return i + 1;
            }
        }

        return 0;
    }
}
