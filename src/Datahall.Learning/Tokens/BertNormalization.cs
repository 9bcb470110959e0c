using System.Globalization;
using System.Text;

namespace Datahall.Learning.Tokens;

/// <summary>How BERT cleans a text before it is cut into word pieces.</summary>
/// <param name="LowerCase">Letters become small, as in the uncased models.</param>
/// <param name="StripAccents">Accents are taken off; null does as <paramref name="LowerCase"/>.</param>
/// <param name="ChineseCharacters">Every Chinese character is a word of its own.</param>
/// <param name="CleanText">Control characters go, and every white space becomes a space.</param>
/// <remarks>Source: Devlin et al., BERT (2019), the tokenization of the published code.</remarks>
internal sealed record BertNormalization(
    bool LowerCase, bool? StripAccents = null, bool ChineseCharacters = true, bool CleanText = true)
{
    private bool Strips => StripAccents ?? LowerCase;

    /// <summary>Cleans a text and remembers where each character came from.</summary>
    public NormalizedText Apply(string text)
    {
        var result = new NormalizedText(text.Length);
        var buffer = new StringBuilder();
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var end = position + Length(rune, text, position);
            if (rune.IsAscii)
            {
                AppendAscii((char)rune.Value, position, result);
            }
            else
            {
                AppendRune(rune, position, end, result, buffer);
            }

            position = end;
        }

        return result;
    }

    // A lone surrogate is enumerated as U+FFFD, whose own length is the same single unit.
    private static int Length(Rune rune, string text, int position) =>
        char.IsHighSurrogate(text[position]) && rune != Rune.ReplacementChar ? 2 : 1;

    // What AppendRune does, without its detours: most of most texts.
    private void AppendAscii(char c, int position, NormalizedText result)
    {
        var isSpace = c is ' ' or (>= '\t' and <= '\r');
        if (!CleanText || !char.IsControl(c) || c is '\t' or '\n' or '\r')
        {
            result.Append(isSpace ? ' ' : LowerCase ? char.ToLowerInvariant(c) : c, position, position + 1);
        }
    }

    private void AppendRune(Rune rune, int start, int end, NormalizedText result, StringBuilder buffer)
    {
        if (CleanText && IsRemoved(rune))
        {
            return;
        }

        if (Rune.IsWhiteSpace(rune))
        {
            result.Append(' ', start, end);
            return;
        }

        var alone = ChineseCharacters && IsChinese(rune.Value);
        buffer.Clear();
        Change(rune, buffer);
        if (alone)
        {
            result.Append(' ', start, start);
        }

        foreach (var chunk in buffer.GetChunks())
        {
            foreach (var c in chunk.Span)
            {
                result.Append(c, start, end);
            }
        }

        if (alone)
        {
            result.Append(' ', end, end);
        }
    }

    private void Change(Rune rune, StringBuilder buffer)
    {
        if (Strips)
        {
            Decompositions.AppendWithoutAccents(rune, buffer);
        }
        else
        {
            buffer.Append(rune);
        }

        if (LowerCase)
        {
            LowerInPlace(buffer);
        }
    }

    private static void LowerInPlace(StringBuilder buffer)
    {
        // The only letter whose small form is longer than itself, and the only one that the invariant culture leaves alone.
        if (buffer.Length == 1 && buffer[0] == '\u0130')
        {
            buffer.Clear().Append("i\u0307");
            return;
        }

        var lower = buffer.ToString().ToLowerInvariant();
        buffer.Clear().Append(lower);
    }

    private static bool IsRemoved(Rune rune) =>
        rune.Value is 0 or 0xFFFD || (rune.Value is not ('\t' or '\n' or '\r') && IsOther(Rune.GetUnicodeCategory(rune)));

    private static bool IsOther(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;

    private static bool IsChinese(int c) => c is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
