using System.Text;
using MicrosoftWordPiece = Microsoft.ML.Tokenizers.WordPieceTokenizer;

namespace Datahall.Learning.Tokens;

/// <summary>BERT's tokenizer: cleaned text, words and punctuation, then the longest pieces of the vocabulary from left to right.</summary>
/// <remarks>
/// The pieces of a word come from Microsoft.ML.Tokenizers. Cleaning and splitting are our own: the library's offsets point into the
/// cleaned text, and ours into the original. The name of a special token in a text is text like any other.
/// Source: Wu et al., Google's Neural Machine Translation System (2016), section 4.1; Devlin et al., BERT (2019).
/// </remarks>
internal sealed class WordPieceTokenizer : ITokenizer
{
    /// <summary>A longer word is unknown as a whole, as in BERT's code.</summary>
    public const int DefaultLongestWord = 100;

    private readonly MicrosoftWordPiece pieces;
    private readonly WordCache<Piece[]> cuts;
    private readonly WordCache<int[]> wholeWords;

    public WordPieceTokenizer(
        Vocabulary vocabulary, BertNormalization normalization, SpecialNames? names = null, int longestWord = DefaultLongestWord)
    {
        Vocabulary = vocabulary;
        Normalization = normalization;
        Names = names ?? SpecialNames.Bert;
        LongestWord = longestWord;
        Special = Names.In(vocabulary);
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary.Tokens)));
        pieces = MicrosoftWordPiece.Create(lines, new() { UnknownToken = Names.Unknown, MaxInputCharsPerWord = 2 * longestWord });
        cuts = new(Cut);
        wholeWords = new(EncodeWord);
    }

    public Vocabulary Vocabulary { get; }

    public BertNormalization Normalization { get; }

    public SpecialNames Names { get; }

    /// <summary>The longest word that is cut into pieces, in characters.</summary>
    public int LongestWord { get; }

    public SpecialTokens Special { get; }

    public int VocabularySize => Vocabulary.Tokens.Count;

    public TokenizedText Encode(string text)
    {
        List<int> ids = [], starts = [], ends = [];
        var normal = Normalization.Apply(text);
        foreach (var word in normal.Words())
        {
            var at = word.Start.Value;
            foreach (var piece in cuts.Get(normal.Characters[word]))
            {
                ids.Add(piece.Id);
                starts.Add(normal.Start(at));
                ends.Add(normal.End(at + piece.Length - 1));
                at += piece.Length;
            }
        }

        return new TokenizedText([.. ids], [.. starts], [.. ends]);
    }

    public TokenizedWords EncodeWords(IReadOnlyList<string> words)
    {
        List<int> ids = new(words.Count * 2), owners = new(words.Count * 2);
        for (var i = 0; i < words.Count; i++)
        {
            var pieces = wholeWords.Get(words[i]);
            ids.AddRange(pieces);
            owners.AddRange(Enumerable.Repeat(i, pieces.Length));
        }

        return new TokenizedWords([.. ids], [.. owners]);
    }

    public void Save(string folder) => TokenizerFiles.Write(this, folder);

    private int[] EncodeWord(string word)
    {
        var ids = Encode(word).Ids;
        return ids.Length > 0 ? ids : [Special.Unknown]; // a word of control characters alone still has a label
    }

    private Piece[] Cut(string word)
    {
        if (word.EnumerateRunes().Count() > LongestWord)
        {
            return [new Piece(Special.Unknown, word.Length)];
        }

        var tokens = pieces.EncodeToTokens(word, out _, considerPreTokenization: false, considerNormalization: false);
        return [.. tokens.Select(token => new Piece(token.Id, token.Offset.End.Value - token.Offset.Start.Value))];
    }

    /// <summary>A piece and how many UTF-16 units of the cleaned word it covers.</summary>
    private readonly record struct Piece(int Id, int Length);
}
