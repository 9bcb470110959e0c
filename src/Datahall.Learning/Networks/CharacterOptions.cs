namespace Datahall.Learning.Networks;

/// <summary>The shape of character features.</summary>
/// <param name="Alphabet">The UTF-16 units that have a vector of their own.</param>
/// <param name="Width">The width of a character's vector.</param>
/// <param name="Filters">The number of convolution filters: what the features add to a word's vector.</param>
/// <param name="Kernel">The characters that a filter sees; odd.</param>
/// <param name="Longest">Longer words are cut to this many characters.</param>
internal sealed record CharacterOptions(string Alphabet, int Width = 32, int Filters = 64, int Kernel = 3, int Longest = 32)
{
    /// <summary>The alphabet of words that occur in training: each unit seen at least that often, in order.</summary>
    public static string AlphabetOf(IEnumerable<string> words, int leastCount = 2) => string.Concat(words
        .SelectMany(word => word)
        .CountBy(unit => unit)
        .Where(pair => pair.Value >= leastCount && !char.IsSurrogate(pair.Key))
        .Select(pair => pair.Key)
        .Order());
}
