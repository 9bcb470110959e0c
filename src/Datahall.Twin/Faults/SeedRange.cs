using System.Globalization;

namespace Datahall.Twin.Faults;

/// <summary>Reads which seeds to run.</summary>
public static class SeedRange
{
    /// <summary>Reads <c>7</c> (that one), or <c>1-2000</c>.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static (ulong First, ulong Last) Parse(string text)
    {
        var parts = text.Split('-', 2);
        if (ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && ulong.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) && first <= last)
        {
            return (first, last);
        }

        throw new FormatException($"'{text}' names no seeds; write one (42) or a range (1-2000)");
    }
}
