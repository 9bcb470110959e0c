using System.Text;

namespace Datahall.Learning.Tokens;

/// <summary>
/// Splits a text as GPT-2's pattern does:
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.
/// </summary>
/// <remarks>By hand, because the classes of a .NET pattern do not see letters beyond the first 65,536 characters.</remarks>
internal static class Gpt2Words
{
    private static readonly string[] contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    /// <summary>The words in order; together they are the whole text.</summary>
    public static IEnumerable<Range> Split(string text)
    {
        var start = 0;
        while (start < text.Length)
        {
            var end = EndOfWord(text, start);
            yield return start..end;
            start = end;
        }
    }

    private static int EndOfWord(string text, int start)
    {
        foreach (var contraction in contractions)
        {
            if (string.CompareOrdinal(text, start, contraction, 0, contraction.Length) == 0)
            {
                return start + contraction.Length;
            }
        }

        var first = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        var kind = KindAt(text, first, out _);
        return kind == Kind.Space ? EndOfSpace(text, start) : EndOfRun(text, first, kind);
    }

    private static int EndOfRun(string text, int start, Kind kind)
    {
        var end = start;
        while (end < text.Length && KindAt(text, end, out var length) == kind)
        {
            end += length;
        }

        return end;
    }

    // The last space before a word belongs to the word.
    private static int EndOfSpace(string text, int start)
    {
        var end = EndOfRun(text, start, Kind.Space);
        return end < text.Length && end - start > 1 ? end - 1 : end;
    }

    private static Kind KindAt(string text, int index, out int length)
    {
        Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out length);
        return Rune.IsWhiteSpace(rune) ? Kind.Space
            : Rune.IsLetter(rune) ? Kind.Letter
            : Rune.IsNumber(rune) ? Kind.Number
            : Kind.Other;
    }

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }
}
