using System.Text;
using Microsoft.ML.Tokenizers;

namespace Datahall.Learning.Tokens;

/// <summary>The tokenizer of GPT-2 and RoBERTa: pairs of bytes merged in the order in which they were learnt.</summary>
/// <remarks>
/// The merging is Microsoft.ML.Tokenizers'. Splitting and offsets are our own. A piece that ends inside a character covers the whole
/// character, and the space before a word belongs to no piece's offsets.
/// Source: Sennrich et al., Neural Machine Translation of Rare Words with Subword Units (2016); Radford et al. (2019), section 2.2.
/// </remarks>
internal sealed class ByteLevelTokenizer : ITokenizer
{
    private readonly BpeTokenizer merging;
    private readonly WordCache<int[]> cache;

    /// <exception cref="LearningException">The vocabulary lacks a byte, a special token, or what a merge needs or makes.</exception>
    public ByteLevelTokenizer(Vocabulary vocabulary, IReadOnlyList<string> merges, SpecialNames names, bool prefixSpace)
    {
        Check(vocabulary, merges);
        Vocabulary = vocabulary;
        Merges = merges;
        Names = names;
        PrefixSpace = prefixSpace;
        Special = names.In(vocabulary);
        merging = BpeTokenizer.Create(new BpeOptions(vocabulary.Tokens.Select((token, id) => KeyValuePair.Create(token, id)))
        {
            Merges = merges,
            ByteLevel = true,
            UnknownToken = names.Unknown,
        });
        cache = new(word => [.. merging.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false)]);
    }

    public Vocabulary Vocabulary { get; }

    /// <summary>Pairs in the order they are merged, as <c>left right</c>.</summary>
    public IReadOnlyList<string> Merges { get; }

    public SpecialNames Names { get; }

    /// <summary>Whether the first word of a text is written as if a space stood before it.</summary>
    public bool PrefixSpace { get; }

    public SpecialTokens Special { get; }

    public int VocabularySize => Vocabulary.Tokens.Count;

    public TokenizedText Encode(string text)
    {
        var added = PrefixSpace && text.Length > 0 && !char.IsWhiteSpace(text[0]) ? 1 : 0;
        var whole = added == 1 ? " " + text : text;
        List<int> ids = [], starts = [], ends = [];
        foreach (var word in Gpt2Words.Split(whole))
        {
            var pieces = cache.Get(whole.AsSpan()[word]);
            ids.AddRange(pieces);
            AppendOffsets(whole, word, pieces, added, starts, ends);
        }

        return new TokenizedText([.. ids], [.. starts], [.. ends]);
    }

    public TokenizedWords EncodeWords(IReadOnlyList<string> words)
    {
        List<int> ids = new(words.Count * 2), owners = new(words.Count * 2);
        for (var i = 0; i < words.Count; i++)
        {
            var word = " " + words[i];
            foreach (var part in Gpt2Words.Split(word))
            {
                var pieces = cache.Get(word.AsSpan()[part]);
                ids.AddRange(pieces);
                owners.AddRange(Enumerable.Repeat(i, pieces.Length));
            }
        }

        return new TokenizedWords([.. ids], [.. owners]);
    }

    public void Save(string folder) => TokenizerFiles.Write(this, folder);

    private static void Check(Vocabulary vocabulary, IReadOnlyList<string> merges)
    {
        foreach (var c in ByteAlphabet.Characters)
        {
            if (vocabulary.Find(c.ToString()) is null)
            {
                throw new LearningException(
                    $"{vocabulary.Source}: the vocabulary has no token '{c}' (U+{(int)c:X4}); a byte-level one needs a token for each of the 256 bytes");
            }
        }

        foreach (var merge in merges)
        {
            if (merge.Split(' ') is not [var left, var right]
                || vocabulary.Find(left) is null || vocabulary.Find(right) is null || vocabulary.Find(left + right) is null)
            {
                throw new LearningException(
                    $"{vocabulary.Source}: the merge '{merge}' needs two tokens, and the token that they make, in the vocabulary; take files of one model");
            }
        }
    }

    private void AppendOffsets(string text, Range word, int[] pieces, int added, List<int> starts, List<int> ends)
    {
        var owners = CharactersOfBytes(text, word);
        var at = 0;
        foreach (var piece in pieces)
        {
            var length = Vocabulary.Tokens[piece].Length; // its characters are bytes of the text
            var (start, end) = (owners[at].Start, owners[at + length - 1].End);
            while (start < end && char.IsWhiteSpace(text[start]))
            {
                start++;
            }

            starts.Add(start - added);
            ends.Add(end - added);
            at += length;
        }
    }

    private static List<(int Start, int End)> CharactersOfBytes(string text, Range word)
    {
        var (position, end) = (word.Start.Value, word.End.Value);
        var owners = new List<(int, int)>(end - position);
        while (position < end)
        {
            Rune.DecodeFromUtf16(text.AsSpan(position), out var rune, out var length);
            owners.AddRange(Enumerable.Repeat((position, position + length), rune.Utf8SequenceLength));
            position += length;
        }

        return owners;
    }
}
