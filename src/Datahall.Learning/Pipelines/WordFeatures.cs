using Datahall.Learning.Networks;
using Datahall.Learning.Surface;

namespace Datahall.Learning.Pipelines;

/// <summary>What models that see the words themselves are told of them: the numbers that training gives to the same words.</summary>
internal sealed class WordFeatures(TokenHeadOptions options)
{
    private const int UnknownCharacter = 1;

    private readonly Dictionary<char, long> characters = (options.Characters?.Alphabet ?? "")
        .Index().ToDictionary(pair => pair.Item, pair => pair.Index + 2L);

    /// <summary>Character ids of words, [words, characters], 0 for padding; empty when the model sees none.</summary>
    public long[] Characters(IReadOnlyList<string> words)
    {
        if (options.Characters is not { } shape || words.Count == 0)
        {
            return [];
        }

        var length = Math.Clamp(words.Max(word => word.Length), 1, shape.Longest);
        var ids = new long[words.Count * length];
        for (var i = 0; i < words.Count; i++)
        {
            for (var k = 0; k < Math.Min(length, words[i].Length); k++)
            {
                ids[(i * length) + k] = characters.GetValueOrDefault(words[i][k], UnknownCharacter);
            }
        }

        return ids;
    }

    /// <summary>The surface features of each word of a sentence; empty when the model sees none.</summary>
    public int[][] Surface(IReadOnlyList<string> sentence) => options.Surface ? SurfaceFeatures.Of(sentence) : [];

    /// <summary>Lists of features as one array [words, features]; shorter ones are filled up with the number that has no weight.</summary>
    public static long[] Pack(IReadOnlyList<int[]> words, int filling = SurfaceFeatures.Buckets)
    {
        var width = words.Count == 0 ? 0 : words.Max(features => features.Length);
        var packed = new long[words.Count * width];
        Array.Fill(packed, filling);
        for (var word = 0; word < words.Count; word++)
        {
            for (var i = 0; i < words[word].Length; i++)
            {
                packed[(word * width) + i] = words[word][i];
            }
        }

        return packed;
    }
}
