using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tests.Tokens;

public sealed class ByteLevelTokenizerTests
{
    [Theory]
    [InlineData("it's we'll 12 ab", "it|'s| we|'ll| 12| ab")]
    [InlineData("a  b \n", "a| | b| \n")]
    [InlineData("x1!?\t y", "x|1|!?|\t| y")]
    [InlineData("𝐌a 𝟏", "𝐌a| 𝟏")]
    [InlineData("'LL", "'|LL")]
    [InlineData(" ", " ")]
    [InlineData("", "")]
    public void Split_cuts_as_the_pattern_of_GPT_2(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', Gpt2Words.Split(text).Select(word => text[word])));

    [Fact]
    public void Encode_gives_a_piece_of_a_character_the_whole_character()
    {
        var tokenizer = Make("é z", prefixSpace: false);

        var result = tokenizer.Encode("é z");

        Assert.Equal(["Ã", "©", "Ġ", "z"], result.Ids.Select(id => tokenizer.Vocabulary.Tokens[id]));
        Assert.Equal([0, 0, 2, 2], result.Starts);
        Assert.Equal([1, 1, 2, 3], result.Ends);
    }

    [Fact]
    public void Encode_with_a_prefix_space_keeps_offsets_of_the_text()
    {
        var tokenizer = Make("node node node", prefixSpace: true);

        var result = tokenizer.Encode("node node");

        Assert.Equal(["Ġnode", "Ġnode"], result.Ids.Select(id => tokenizer.Vocabulary.Tokens[id]));
        Assert.Equal([0, 5], result.Starts);
        Assert.Equal([4, 9], result.Ends);
    }

    [Fact]
    public void EncodeWords_writes_each_word_after_a_space()
    {
        var tokenizer = Make("node node node", prefixSpace: false);

        var result = tokenizer.EncodeWords(["node", "", "node's"]);

        Assert.Equal(["Ġnode", "Ġ", "Ġnode", "'", "s"], result.Ids.Select(id => tokenizer.Vocabulary.Tokens[id]));
        Assert.Equal([0, 1, 2, 2, 2], result.Words);
    }

    [Fact]
    public void Encode_takes_a_long_word_without_a_space()
    {
        var text = string.Concat(Enumerable.Repeat("node", 5_000));

        var result = Make("node node", prefixSpace: true).Encode(text);

        Assert.Equal(text.Length, result.Ends[^1]);
    }

    private static ByteLevelTokenizer Make(string text, bool prefixSpace)
    {
        var trained = new VocabularyTraining(1000).TrainByteLevel([" " + text]);
        return new ByteLevelTokenizer(trained.Vocabulary, trained.Merges, trained.Names, prefixSpace);
    }
}
