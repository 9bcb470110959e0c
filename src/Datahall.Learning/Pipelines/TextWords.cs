using System.Globalization;

namespace Datahall.Learning.Pipelines;

/// <summary>A word of a text: UTF-16 units [Start, End).</summary>
internal readonly record struct TextWord(int Start, int End);

/// <summary>
/// Splits text into words as corpora do: at white space; punctuation at the ends of a word is a word of its own, inside it stays
/// (<c>U.N.</c>, <c>3-1</c>, <c>don't</c>); each Chinese or Japanese character is one.
/// </summary>
internal static class TextWords
{
    public static List<TextWord> Split(string text)
    {
        var words = new List<TextWord>();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || char.IsWhiteSpace(text[i]) || char.IsControl(text[i]))
            {
                AddChunk(text, start, i, words);
                start = i + 1;
            }
            else if (IsIdeograph(text, i, out var length))
            {
                AddChunk(text, start, i, words);
                words.Add(new TextWord(i, i + length));
                start = i + length;
                i = start - 1;
            }
        }

        return words;
    }

    private static void AddChunk(string text, int start, int end, List<TextWord> words)
    {
        while (start < end && IsPunctuation(text[start]))
        {
            words.Add(new TextWord(start, ++start));
        }

        var core = end;
        while (core > start && IsPunctuation(text[core - 1]))
        {
            core--;
        }

        // An abbreviation keeps its last point: it has another one inside.
        if (core < end && text[core] == '.' && text.AsSpan(start, core - start).Contains('.'))
        {
            core++;
        }

        if (core > start)
        {
            words.Add(new TextWord(start, core));
        }

        for (; core < end; core++)
        {
            words.Add(new TextWord(core, core + 1));
        }
    }

    private static bool IsPunctuation(char letter) => char.IsPunctuation(letter) || char.IsSymbol(letter);

    /// <summary>CJK ideographs and kana, also beyond the basic plane; Hangul words stand between spaces.</summary>
    private static bool IsIdeograph(string text, int index, out int length)
    {
        length = char.IsSurrogatePair(text, index) ? 2 : 1;
        if (length == 2)
        {
            return char.ConvertToUtf32(text, index) is >= 0x20000 and <= 0x3FFFF;
        }

        return text[index] is (>= '\u3400' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF') or (>= '\u3040' and <= '\u30FF')
            && CharUnicodeInfo.GetUnicodeCategory(text[index]) == UnicodeCategory.OtherLetter;
    }
}
