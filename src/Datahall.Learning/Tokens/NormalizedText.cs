using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Datahall.Learning.Tokens;

/// <summary>A cleaned text, and for each of its UTF-16 units the units of the original that it came from.</summary>
internal sealed class NormalizedText(int capacity)
{
    private readonly List<char> characters = new(capacity);
    private readonly List<int> starts = new(capacity);
    private readonly List<int> ends = new(capacity);

    public ReadOnlySpan<char> Characters => CollectionsMarshal.AsSpan(characters);

    public void Append(char c, int start, int end)
    {
        characters.Add(c);
        starts.Add(start);
        ends.Add(end);
    }

    /// <summary>Where the unit at an index begins in the original.</summary>
    public int Start(int index) => starts[index];

    /// <summary>Where the unit at an index ends in the original.</summary>
    public int End(int index) => ends[index];

    /// <summary>The words: runs without white space, with every punctuation mark a word of its own.</summary>
    public IEnumerable<Range> Words()
    {
        var position = 0;
        while (position < characters.Count)
        {
            var kind = KindAt(position, out var length);
            var end = position + length;
            while (kind == Kind.Letter && end < characters.Count && KindAt(end, out length) == Kind.Letter)
            {
                end += length;
            }

            if (kind != Kind.Space)
            {
                yield return position..end;
            }

            position = end;
        }
    }

    private Kind KindAt(int index, out int length)
    {
        Rune.DecodeFromUtf16(Characters[index..], out var rune, out length);
        return Rune.IsWhiteSpace(rune) ? Kind.Space : IsPunctuation(rune) ? Kind.Mark : Kind.Letter;
    }

    // BERT takes every ASCII sign for punctuation, though Unicode calls some of them symbols.
    private static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? rune.Value > 32 && rune.Value < 127 && !Rune.IsLetterOrDigit(rune)
        : Rune.GetUnicodeCategory(rune) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    private enum Kind
    {
        Space,
        Letter,
        Mark,
    }
}
