using System.Runtime.InteropServices;

namespace Datahall.Learning.Tokens;

/// <summary>
/// Learns merges: the neighbouring pair that is seen most often becomes one symbol, again and again. Of equally frequent pairs the one
/// with the smaller symbols goes first, so that the same words always give the same merges.
/// </summary>
/// <remarks>
/// Counts are kept up to date word by word, and a heap holds the pairs; an entry whose count has fallen since is put back with the new one.
/// O((n + m) log n) for n symbols in distinct words and m changes of counts.
/// Source: Sennrich, Haddow and Birch, Neural Machine Translation of Rare Words with Subword Units (2016), algorithm 1.
/// </remarks>
internal sealed class PairMerging
{
    private readonly List<Word> words;
    private readonly Dictionary<Pair, PairUse> uses = [];
    private readonly PriorityQueue<(Pair Pair, long Count), (long Fewer, Pair Pair)> heap = new(Comparer<(long Fewer, Pair Pair)>.Create(Compare));

    /// <param name="words">Distinct words: their first symbols, and how often each was seen.</param>
    public PairMerging(IEnumerable<(int[] Symbols, long Count)> words)
    {
        this.words = [.. words.Select(word => new Word(word.Symbols, word.Count))];
        for (var i = 0; i < this.words.Count; i++)
        {
            var symbols = this.words[i].Symbols;
            for (var j = 0; j + 1 < symbols.Length; j++)
            {
                Add(new Pair(symbols[j], symbols[j + 1]), i, this.words[i].Count);
            }
        }

        foreach (var pair in uses.Keys)
        {
            Push(pair);
        }
    }

    /// <summary>Takes the most frequent pair that was seen often enough and replaces it by a new symbol everywhere.</summary>
    /// <param name="leastCount">How often a pair must be seen.</param>
    /// <param name="symbol">The number of the new symbol, asked for once the pair is known.</param>
    /// <returns>The pair, or null when no pair is frequent enough.</returns>
    public (int Left, int Right)? Merge(long leastCount, Func<int, int, int> symbol)
    {
        while (heap.TryDequeue(out var top, out _))
        {
            if (!uses.TryGetValue(top.Pair, out var use))
            {
                continue; // merged already: two ways to the same symbol put a pair in twice
            }

            if (use.Count != top.Count)
            {
                Push(top.Pair);
            }
            else if (use.Count >= Math.Max(1, leastCount))
            {
                Replace(top.Pair, use, symbol(top.Pair.Left, top.Pair.Right));
                return (top.Pair.Left, top.Pair.Right);
            }
            else
            {
                return null;
            }
        }

        return null;
    }

    private void Replace(Pair pair, PairUse use, int symbol)
    {
        var grown = new HashSet<Pair>();
        foreach (var index in use.Words.Order().ToArray())
        {
            ReplaceInWord(index, pair, symbol, grown);
        }

        uses.Remove(pair);
        grown.Remove(pair);
        foreach (var changed in grown)
        {
            Push(changed);
        }
    }

    private void ReplaceInWord(int index, Pair pair, int symbol, HashSet<Pair> grown)
    {
        var word = words[index];
        var old = word.Symbols;
        var merged = new List<int>(old.Length);
        for (var i = 0; i < old.Length; i++)
        {
            var hit = i + 1 < old.Length && old[i] == pair.Left && old[i + 1] == pair.Right;
            merged.Add(hit ? symbol : old[i]);
            i += hit ? 1 : 0;
        }

        for (var i = 0; i + 1 < old.Length; i++)
        {
            Add(new Pair(old[i], old[i + 1]), index, -word.Count);
        }

        word.Symbols = [.. merged];
        for (var i = 0; i + 1 < merged.Count; i++)
        {
            var next = new Pair(merged[i], merged[i + 1]);
            Add(next, index, word.Count);
            if (next.Left == symbol || next.Right == symbol)
            {
                grown.Add(next);
            }
        }
    }

    private void Add(Pair pair, int word, long count)
    {
        ref var use = ref CollectionsMarshal.GetValueRefOrAddDefault(uses, pair, out _);
        use ??= new PairUse();
        use.Count += count;
        if (count > 0)
        {
            use.Words.Add(word);
        }
    }

    private void Push(Pair pair)
    {
        if (uses.TryGetValue(pair, out var use) && use.Count > 0)
        {
            heap.Enqueue((pair, use.Count), (-use.Count, pair));
        }
    }

    private static int Compare((long Fewer, Pair Pair) a, (long Fewer, Pair Pair) b) =>
        a.Fewer != b.Fewer ? a.Fewer.CompareTo(b.Fewer)
        : a.Pair.Left != b.Pair.Left ? a.Pair.Left.CompareTo(b.Pair.Left)
        : a.Pair.Right.CompareTo(b.Pair.Right);

    private readonly record struct Pair(int Left, int Right);

    private sealed class Word(int[] symbols, long count)
    {
        public int[] Symbols { get; set; } = symbols;

        public long Count { get; } = count;
    }

    /// <summary>How often a pair stands in all words, and the words it stood in at some time.</summary>
    private sealed class PairUse
    {
        public long Count { get; set; }

        public HashSet<int> Words { get; } = [];
    }
}
