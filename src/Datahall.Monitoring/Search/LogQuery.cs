using System.Text;

namespace Datahall.Monitoring.Search;

/// <summary>What is looked for in lines or templates: words that all must be there, in any case; <c>"several words"</c> as they stand; <c>-word</c> must not be there.</summary>
public sealed class LogQuery
{
    private readonly (byte[] Text, bool Wanted)[] terms;

    private LogQuery((byte[] Text, bool Wanted)[] terms) => this.terms = terms;

    /// <summary>Reads a query; an empty one matches everything.</summary>
    /// <exception cref="FormatException">A quotation mark is not closed, or a minus stands alone.</exception>
    public static LogQuery Parse(string text)
    {
        List<(byte[], bool)> terms = [];
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var wanted = text[at] is not '-';
            at += wanted ? 0 : 1;
            var quoted = at < text.Length && text[at] is '"';
            at += quoted ? 1 : 0;
            var end = quoted ? text.IndexOf('"', at) : EndOfWord(text, at);
            if (end < 0)
            {
                throw new FormatException($"the query '{text}' has a quotation mark that is not closed");
            }

            if (end == at)
            {
                throw new FormatException($"the query '{text}' has a term without text");
            }

            terms.Add((Lowered(Encoding.UTF8.GetBytes(text[at..end])), wanted));
            at = end + (quoted ? 1 : 0);
        }

        return new([.. terms]);
    }

    /// <summary>Whether a line, in UTF-8, has what is wanted. Letters of ASCII are compared in any case.</summary>
    public bool Matches(ReadOnlySpan<byte> line)
    {
        foreach (var (text, wanted) in terms)
        {
            if (Contains(line, text) != wanted)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc cref="Matches(ReadOnlySpan{byte})"/>
    public bool Matches(string line) => Matches(Encoding.UTF8.GetBytes(line));

    private static int EndOfWord(string text, int at)
    {
        while (at < text.Length && !char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    // Only letters of ASCII, or a capital of another script would not even match itself.
    private static byte[] Lowered(byte[] text)
    {
        foreach (ref var letter in text.AsSpan())
        {
            letter = Lower(letter);
        }

        return text;
    }

    private static byte Lower(byte letter) => char.IsAsciiLetterUpper((char)letter) ? (byte)(letter | 0x20) : letter;

    private static bool Equals(ReadOnlySpan<byte> line, ReadOnlySpan<byte> lowered)
    {
        for (var i = 0; i < lowered.Length; i++)
        {
            if (Lower(line[i]) != lowered[i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool Contains(ReadOnlySpan<byte> line, ReadOnlySpan<byte> text)
    {
        var upper = char.IsAsciiLetterLower((char)text[0]) ? (byte)(text[0] & ~0x20) : text[0];
        for (var rest = line; rest.Length >= text.Length;)
        {
            var at = rest.IndexOfAny(text[0], upper);
            if (at < 0 || rest.Length - at < text.Length)
            {
                return false;
            }

            if (Equals(rest.Slice(at, text.Length), text))
            {
                return true;
            }

            rest = rest[(at + 1)..];
        }

        return false;
    }
}
