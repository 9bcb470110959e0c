using System.Buffers;
using System.Globalization;

namespace Datahall.Model.Manifests.Syntax;

/// <summary>What a scalar without quotes means.</summary>
/// <remarks>The core schema of YAML 1.2.2, section 10.3.2; of its numbers only decimal, octal and hexadecimal whole ones and decimal fractions.</remarks>
internal static class PlainScalar
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789abcdefABCDEFxXoO._+-:TZ ");

    public static bool IsNull(string text) => text is "" or "~" or "null" or "Null" or "NULL";

    public static bool? Boolean(string text) => text switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ => null,
    };

    public static bool TryInteger(string text, out long value)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && value >= 0;
        }

        return text.StartsWith("0o", StringComparison.Ordinal)
            ? TryOctal(text.AsSpan(2), out value)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value);

    /// <summary>Whether a text written without quotes would be read as something else, here or by a reader of YAML 1.1.</summary>
    public static bool NeedsQuotes(string text) =>
        IsNull(text) || Boolean(text) is not null || LooksLikeNumber(text) || text is "=" or "<<"
        || text.ToLowerInvariant() is "y" or "n" or "yes" or "no" or "on" or "off" or "true" or "false" or "null";

    /// <summary>Whether it starts as numbers, dates and times of day do; rather one pair of quotes too many.</summary>
    private static bool LooksLikeNumber(string text)
    {
        var digits = text.AsSpan().TrimStart("+-.");
        return (digits.Length > 0 && char.IsAsciiDigit(digits[0]) && !digits.ContainsAnyExcept(NumberCharacters))
            || digits.ToString().ToLowerInvariant() is "inf" or "nan";
    }

    private static bool TryOctal(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        if (digits.Length is 0 or > 20 || digits.ContainsAnyExceptInRange('0', '7'))
        {
            return false;
        }

        foreach (var digit in digits)
        {
            value = (value * 8) + (digit - '0');
        }

        return true;
    }
}
