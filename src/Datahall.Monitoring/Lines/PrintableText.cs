using System.Buffers;
using System.Globalization;
using System.Text;

namespace Datahall.Monitoring.Lines;

/// <summary>Text of a log as it may be shown: on a terminal, in JSON, on a page that escapes its markup.</summary>
public static class PrintableText
{
    /// <summary>The text with what a terminal would obey made visible.</summary>
    /// <param name="bytes">UTF-8; what is none becomes U+FFFD.</param>
    /// <param name="longest">Letters that are shown at most; a mark says that there were more.</param>
    /// <returns>Text without control characters, escape sequences or signs that turn the direction of writing. Tabs become blanks.</returns>
    public static string Of(ReadOnlySpan<byte> bytes, int longest = 400)
    {
        var text = new StringBuilder(Math.Min(bytes.Length, longest) + 8);
        while (!bytes.IsEmpty)
        {
            if (text.Length >= longest)
            {
                return text.Append('…').ToString();
            }

            Rune.DecodeFromUtf8(bytes, out var rune, out var taken); // A wrong sequence decodes to U+FFFD.
            Append(text, rune);
            bytes = bytes[taken..];
        }

        return text.ToString();
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{byte}, int)"/>
    public static string Of(string text, int longest = 400)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(Math.Min(text.Length, longest + 1)));
        try
        {
            var cut = text.AsSpan(0, Math.Min(text.Length, longest + 1));
            return Of(bytes.AsSpan(0, Encoding.UTF8.GetBytes(cut, bytes)), longest);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        if (rune.Value is '\t')
        {
            text.Append(' ');
        }
        else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        {
            text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }
        else
        {
            text.Append(rune.ToString());
        }
    }
}
