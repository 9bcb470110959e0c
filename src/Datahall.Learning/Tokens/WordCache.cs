using System.Collections.Concurrent;

namespace Datahall.Learning.Tokens;

/// <summary>Remembers what was made of words. Few words make up most of a text; the cache keeps the first ones it sees and stays bounded.</summary>
internal sealed class WordCache<T>(Func<string, T> make)
{
    private const int LargestCount = 1 << 16, LongestWord = 64;

    private readonly ConcurrentDictionary<string, T> known = new(StringComparer.Ordinal);

    public T Get(ReadOnlySpan<char> word)
    {
        if (known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var value))
        {
            return value;
        }

        var text = word.ToString();
        value = make(text);
        if (text.Length <= LongestWord && known.Count < LargestCount)
        {
            known.TryAdd(text, value);
        }

        return value;
    }
}
