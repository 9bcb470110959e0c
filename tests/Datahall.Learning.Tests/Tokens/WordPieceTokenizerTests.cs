using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tests.Tokens;

public sealed class WordPieceTokenizerTests
{
    private static readonly string[] tokens =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "cafe", "Cafe", "!", "中", "国", "run", "##s", "##ning", "i", "ss",
        "\u1112\u1161", "\u212b", "a",
    ];

    [Theory]
    [InlineData("unaffable!", "un ##aff ##able !", "0-2 2-5 5-9 9-10")]
    [InlineData("Café", "cafe", "0-4")]
    [InlineData("x  cafe\u0301\truns", "[UNK] cafe run ##s", "0-1 3-7 9-12 12-13")] // the accent of its own is no part of the piece
    [InlineData("中国run", "中 国 run", "0-1 1-2 2-5")]
    [InlineData("r\u200bun\u0000s", "run ##s", "0-4 5-6")]
    [InlineData("\u0130", "i", "0-1")]
    [InlineData("하", "\u1112\u1161", "0-1")]
    [InlineData("Å", "a", "0-1")]
    [InlineData("", "", "")]
    [InlineData(" \u200b\n", "", "")]
    [InlineData("[MASK]", "[UNK] [UNK] [UNK]", "0-1 1-5 5-6")]
    public void Encode_cuts_uncased_text(string text, string expected, string offsets)
    {
        var tokenizer = Make(new BertNormalization(LowerCase: true));

        var result = tokenizer.Encode(text);

        Assert.Equal(expected, Names(result.Ids));
        Assert.Equal(offsets, string.Join(' ', result.Starts.Zip(result.Ends, (start, end) => $"{start}-{end}")));
    }

    [Theory]
    [InlineData(false, null, "Cafe Café", "Cafe [UNK]")]
    [InlineData(false, true, "Cafe Café", "Cafe Cafe")]
    [InlineData(true, false, "Cafe Café", "cafe [UNK]")]
    public void Encode_strips_accents_as_told_or_with_the_case(bool lowerCase, bool? stripAccents, string text, string expected) =>
        Assert.Equal(expected, Names(Make(new BertNormalization(lowerCase, stripAccents)).Encode(text).Ids));

    [Fact]
    public void Encode_leaves_Chinese_characters_together_when_told() =>
        Assert.Equal("[UNK]", Names(Make(new BertNormalization(true, ChineseCharacters: false)).Encode("中国").Ids));

    [Fact]
    public void Encode_takes_a_word_beyond_the_longest_for_unknown()
    {
        var tokenizer = new WordPieceTokenizer(new Vocabulary(tokens, "test"), new BertNormalization(true), longestWord: 8);

        Assert.Equal("[UNK]", Names(tokenizer.Encode("unaffable").Ids));
        Assert.Equal("run ##ning", Names(tokenizer.Encode("running").Ids));
    }

    [Fact]
    public void EncodeWords_gives_every_word_a_piece()
    {
        var result = Make(new BertNormalization(true)).EncodeWords(["unaffable", "\u200b", "", "runs!"]);

        Assert.Equal("un ##aff ##able [UNK] [UNK] run ##s !", Names(result.Ids));
        Assert.Equal([0, 0, 0, 1, 2, 3, 3, 3], result.Words);
    }

    [Fact]
    public void Constructor_names_a_missing_special_token()
    {
        var error = Assert.Throws<LearningException>(() =>
            new WordPieceTokenizer(new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[MASK]"], "vocab.txt"), new BertNormalization(true)));

        Assert.Contains("vocab.txt", error.Message, StringComparison.Ordinal);
        Assert.Contains("[SEP]", error.Message, StringComparison.Ordinal);
    }

    private static WordPieceTokenizer Make(BertNormalization normalization) => new(new Vocabulary(tokens, "test"), normalization);

    private static string Names(int[] ids) => string.Join(' ', ids.Select(id => tokens[id]));
}
