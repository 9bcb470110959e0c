using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Datahall.Learning.Tokens;

/// <summary>What is left of a character when its accents are taken off: its canonical decomposition (NFD) without non-spacing marks.</summary>
/// <remarks>
/// <c>string.Normalize</c> does nothing when globalisation is invariant, as it is in our programs, so the table is our own. The resource
/// was written by Python's <c>unicodedata.normalize('NFD', c)</c> for every character, less those of category Mn, where that differs
/// from the character. Hangul syllables are decomposed by the formula of the Unicode Standard, section 3.12.
/// </remarks>
internal static class Decompositions
{
    private const int FirstSyllable = 0xAC00, LastSyllable = 0xD7A3, FirstLead = 0x1100, FirstVowel = 0x1161, BeforeTrail = 0x11A7;
    private const int Vowels = 21, Trails = 28;

    private static readonly FrozenDictionary<int, string> table = Read();

    /// <summary>Appends what is left of a character: nothing for a non-spacing mark.</summary>
    public static void AppendWithoutAccents(Rune rune, StringBuilder destination)
    {
        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark)
        {
            return;
        }

        if (rune.Value is >= FirstSyllable and <= LastSyllable)
        {
            AppendSyllable(rune.Value - FirstSyllable, destination);
        }
        else if (!rune.IsAscii && table.TryGetValue(rune.Value, out var rest))
        {
            destination.Append(rest);
        }
        else
        {
            destination.Append(rune);
        }
    }

    private static void AppendSyllable(int index, StringBuilder destination)
    {
        destination.Append((char)(FirstLead + index / (Vowels * Trails)));
        destination.Append((char)(FirstVowel + index / Trails % Vowels));
        if (index % Trails != 0)
        {
            destination.Append((char)(BeforeTrail + index % Trails));
        }
    }

    private static FrozenDictionary<int, string> Read()
    {
        using var stream = typeof(Decompositions).Assembly.GetManifestResourceStream("Datahall.Learning.Tokens.decompositions.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd()
            .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split('='))
            .ToFrozenDictionary(
                pair => int.Parse(pair[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                pair => string.Concat(pair[1].Split('+', StringSplitOptions.RemoveEmptyEntries)
                    .Select(code => new Rune(int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString())));
    }
}
