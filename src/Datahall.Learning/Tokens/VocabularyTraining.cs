using System.Runtime.InteropServices;
using System.Text;

namespace Datahall.Learning.Tokens;

/// <summary>Learns the vocabulary of a tokenizer from texts. The same texts always give the same vocabulary.</summary>
/// <param name="Size">How many tokens to have at most, special ones included.</param>
/// <param name="LeastCount">How often a pair must be seen to become a token.</param>
/// <param name="LargestAlphabet">How many single characters a WordPiece vocabulary keeps, the most frequent first.</param>
internal sealed record VocabularyTraining(int Size, long LeastCount = 2, int LargestAlphabet = 1000)
{
    /// <summary>A WordPiece vocabulary, by pair counts as Hugging Face's trainer learns it.</summary>
    /// <exception cref="LearningException">The size does not hold the special tokens and one character.</exception>
    public WordPieceTokenizer TrainWordPiece(IEnumerable<string> texts, BertNormalization normalization)
    {
        var words = Count(texts, text => WordsOf(text, normalization));
        var symbols = new Symbols(SpecialNames.Bert.All);
        AddAlphabet(words, symbols);
        var cut = words.Select(word => (Cut(word.Key, symbols), word.Value)).ToArray();
        Grow(new PairMerging(cut), symbols, static (left, right) => left + right[2..]);
        return new WordPieceTokenizer(new Vocabulary(symbols.Names, "the trained vocabulary"), normalization);
    }

    /// <summary>A byte-level vocabulary: 256 bytes, special tokens as RoBERTa has them, and merges.</summary>
    /// <exception cref="LearningException">The size does not hold the special tokens and the 256 bytes.</exception>
    public ByteLevelTokenizer TrainByteLevel(IEnumerable<string> texts)
    {
        var words = Count(texts, text => Gpt2Words.Split(text).Select(word => ByteAlphabet.Write(text.AsSpan(word))));
        var symbols = new Symbols(SpecialNames.Roberta.All);
        foreach (var c in ByteAlphabet.Characters.ToArray().Order())
        {
            symbols.Add(c.ToString());
        }

        CheckSize(symbols);
        var merges = Grow(
            new PairMerging(words.Select(word => (word.Key.Select(c => symbols.Find(c.ToString())!.Value).ToArray(), word.Value))),
            symbols,
            static (left, right) => left + right);
        return new ByteLevelTokenizer(new Vocabulary(symbols.Names, "the trained vocabulary"), merges, SpecialNames.Roberta, prefixSpace: true);
    }

    private static IEnumerable<string> WordsOf(string text, BertNormalization normalization)
    {
        var normal = normalization.Apply(text);
        return normal.Words().Select(word => normal.Characters[word].ToString());
    }

    /// <summary>Distinct words with their counts, the most frequent first.</summary>
    private static KeyValuePair<string, long>[] Count(IEnumerable<string> texts, Func<string, IEnumerable<string>> split)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var word in texts.SelectMany(split))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, word, out _)++;
        }

        return [.. counts.OrderByDescending(word => word.Value).ThenBy(word => word.Key, StringComparer.Ordinal)];
    }

    private void AddAlphabet(KeyValuePair<string, long>[] words, Symbols symbols)
    {
        var counts = new Dictionary<Rune, long>();
        foreach (var (word, count) in words)
        {
            foreach (var rune in word.EnumerateRunes())
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, rune, out _) += count;
            }
        }

        var kept = counts.OrderByDescending(rune => rune.Value).ThenBy(rune => rune.Key).Take(LargestAlphabet).Select(rune => rune.Key);
        foreach (var rune in kept.Order())
        {
            symbols.Add(rune.ToString());
        }

        CheckSize(symbols);
    }

    /// <summary>A word's characters; those after the first are written with ##. Characters beyond the alphabet are passed over.</summary>
    private int[] Cut(string word, Symbols symbols)
    {
        var result = new List<int>();
        foreach (var rune in word.EnumerateRunes())
        {
            if (symbols.Find(rune.ToString()) is not { } first)
            {
                continue;
            }

            var inside = result.Count > 0 ? symbols.Find("##" + rune) ?? AddInside("##" + rune) : first;
            if (inside is { } symbol)
            {
                result.Add(symbol);
            }
        }

        return [.. result];

        int? AddInside(string name) => symbols.Names.Count < Size ? symbols.Add(name) : null;
    }

    private List<string> Grow(PairMerging merging, Symbols symbols, Func<string, string, string> join)
    {
        var merges = new List<string>();
        while (symbols.Names.Count < Size
            && merging.Merge(LeastCount, (left, right) => symbols.Add(join(symbols.Names[left], symbols.Names[right]))) is { } pair)
        {
            merges.Add($"{symbols.Names[pair.Left]} {symbols.Names[pair.Right]}");
        }

        return merges;
    }

    private void CheckSize(Symbols symbols)
    {
        if (Size < symbols.Names.Count)
        {
            throw new LearningException(
                $"a vocabulary of {Size} tokens does not hold the {symbols.Names.Count} special tokens and single characters; ask for more, or for a smaller alphabet");
        }
    }

    /// <summary>Names of symbols by number; a name that is there already keeps its number.</summary>
    private sealed class Symbols(IEnumerable<string> special)
    {
        private readonly Dictionary<string, int> numbers = special.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i);

        public List<string> Names { get; } = [.. special];

        public int? Find(string name) => numbers.TryGetValue(name, out var number) ? number : null;

        public int Add(string name)
        {
            if (numbers.TryAdd(name, Names.Count))
            {
                Names.Add(name);
            }

            return numbers[name];
        }
    }
}
