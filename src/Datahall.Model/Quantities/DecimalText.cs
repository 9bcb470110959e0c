using System.Globalization;

namespace Datahall.Model;

/// <summary>Reads and writes the decimal numbers inside quantities, without loss and without overflow.</summary>
internal static class DecimalText
{
    /// <summary>Reads <c>1.5</c> as 1500 and <c>250m</c> as 250.</summary>
    public static bool TryParseMilli(ReadOnlySpan<char> text, out long milli) =>
        text is [.. var digits, 'm'] ? TryScale(digits, 1, out milli) : TryScale(text, 1000, out milli);

    public static string FormatMilli(long milli) =>
        milli % 1000 == 0 ? (milli / 1000).ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{milli}m");

    /// <summary>Reads a number with one of the suffixes, or without one.</summary>
    public static bool TryParseScaled(ReadOnlySpan<char> text, ReadOnlySpan<(string Suffix, long Scale)> units, out long value)
    {
        foreach (var (suffix, scale) in units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                return TryScale(text[..^suffix.Length], scale, out value);
            }
        }

        return TryScale(text, 1, out value);
    }

    /// <summary>Reads a decimal without sign or exponent, multiplies it and rounds up to a whole number; false when it is none or does not fit.</summary>
    public static bool TryScale(ReadOnlySpan<char> digits, long scale, out long value)
    {
        value = 0;
        if (digits.IsEmpty || digits.Length > 24 || digits[0] is '.' || digits[^1] is '.'
            || !decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        if (number > long.MaxValue / scale)
        {
            return false;
        }

        // A fraction of a byte or of a thousandth does not exist; 1.3Ki is rounded to the next whole byte.
        value = (long)decimal.Ceiling(number * scale);
        return true;
    }
}
