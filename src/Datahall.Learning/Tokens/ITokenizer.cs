namespace Datahall.Learning.Tokens;

/// <summary>Cuts text into the pieces of a model's vocabulary. Safe for several threads at once.</summary>
internal interface ITokenizer
{
    /// <summary>The ids of the tokens that stand around and in place of pieces.</summary>
    SpecialTokens Special { get; }

    /// <summary>How many ids there are: they run from 0 to one less.</summary>
    int VocabularySize { get; }

    /// <summary>The pieces of a text, with where each came from; no special tokens are added.</summary>
    TokenizedText Encode(string text);

    /// <summary>The pieces of words that are split already. Every word has at least one piece, so that every word can have a label.</summary>
    TokenizedWords EncodeWords(IReadOnlyList<string> words);

    /// <summary>Writes the files that Transformers reads: the vocabulary, <c>tokenizer_config.json</c> and <c>tokenizer.json</c>.</summary>
    void Save(string folder);
}

/// <summary>Ids of the special tokens. Begin is <c>[CLS]</c> or <c>&lt;s&gt;</c>, End is <c>[SEP]</c> or <c>&lt;/s&gt;</c>.</summary>
internal sealed record SpecialTokens(int Pad, int Unknown, int Begin, int End, int Mask);

/// <summary>Pieces of a text: three arrays of one length. Piece i came from the UTF-16 units [Starts[i], Ends[i]) of the text.</summary>
internal sealed record TokenizedText(int[] Ids, int[] Starts, int[] Ends);

/// <summary>Pieces of words: two arrays of one length. Words[i] is the index of the word that piece i belongs to; it never falls.</summary>
internal sealed record TokenizedWords(int[] Ids, int[] Words);
