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

            terms.Add((Encoding.UTF8.GetBytes(text[at..end].ToLowerInvariant()), wanted));
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

    private static bool Contains(ReadOnlySpan<byte> line, ReadOnlySpan<byte> text)
    {
        var upper = (byte)char.ToUpperInvariant((char)text[0]);
        for (var rest = line; rest.Length >= text.Length;)
        {
            var at = rest.IndexOfAny(text[0], upper);
            if (at < 0 || rest.Length - at < text.Length)
            {
                return false;
            }

            if (Ascii.EqualsIgnoreCase(rest.Slice(at, text.Length), text) || rest.Slice(at, text.Length).SequenceEqual(text))
            {
                return true;
            }

            rest = rest[(at + 1)..];
        }

        return false;
    }
}
