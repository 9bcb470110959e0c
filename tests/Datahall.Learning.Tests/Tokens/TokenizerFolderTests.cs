using System.Text.Json;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tests.Tokens;

public sealed class TokenizerFolderTests
{
    [Theory]
    [InlineData("tokenizer.json", "{", "is not JSON")]
    [InlineData("tokenizer.json", "{}", "no object 'model'")]
    [InlineData("tokenizer.json", """{"model":{"type":"Unigram"}}""", "'Unigram' cannot be read")]
    [InlineData("tokenizer.json", """{"model":{"type":"WordPiece","vocab":{"[UNK]":0}}}""", "needs the normalizer BertNormalizer")]
    [InlineData("tokenizer.json", """{"model":{"type":"BPE","vocab":{},"merges":[]},"pre_tokenizer":{"type":"Whitespace"}}""", "needs the pre_tokenizer ByteLevel")]
    [InlineData("tokenizer.json", """{"model":{"type":"WordPiece","vocab":{"a":0,"b":2}},"normalizer":{"type":"BertNormalizer"}}""", "the id 2 where 1")]
    [InlineData("tokenizer.json", """{"model":{"type":"WordPiece","vocab":{"a":"x"}},"normalizer":{"type":"BertNormalizer"}}""", "another type")]
    [InlineData("vocab.txt", "", "is empty")]
    [InlineData("vocab.txt", "a\nb\na\n", "has the ids 0 and 2")]
    [InlineData("merges.txt", "#version: 0.2\na b\nabc\n", "merges.txt:3: 'abc' is not a pair")]
    [InlineData("other.txt", "", "has no tokenizer")]
    public void Load_says_what_is_wrong(string name, string content, string expected)
    {
        using var folder = new TestFolder();
        folder.Write(name, content);
        if (name == "merges.txt")
        {
            folder.Write("vocab.json", """{"a":0,"b":1}""");
        }

        var error = Assert.Throws<LearningException>(() => TokenizerFolder.Load(folder.Path));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_takes_GPT_2s_only_special_token_for_all()
    {
        using var folder = new TestFolder();
        WriteBytes(folder, ["ab", "<|endoftext|>"], "a b");

        var tokenizer = TokenizerFolder.Load(folder.Path);

        Assert.Equal(new SpecialTokens(257, 257, 257, 257, 257), tokenizer.Special);
        Assert.Equal([256, 'a'], tokenizer.Encode("aba").Ids.Select(id => id < 256 ? ByteAlphabet.Characters[id] : id));
    }

    [Fact]
    public void Load_refuses_byte_level_files_that_do_not_belong_together()
    {
        using var folder = new TestFolder();
        WriteBytes(folder, ["<|endoftext|>"], "a b");
        var noMerged = Assert.Throws<LearningException>(() => TokenizerFolder.Load(folder.Path));
        folder.Write("vocab.json", """{"a":0,"b":1,"ab":2,"<|endoftext|>":3}""");
        var noBytes = Assert.Throws<LearningException>(() => TokenizerFolder.Load(folder.Path));

        Assert.Contains("the merge 'a b'", noMerged.Message, StringComparison.Ordinal);
        Assert.Contains("each of the 256 bytes", noBytes.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_reads_names_of_special_tokens_as_strings_or_objects()
    {
        using var folder = new TestFolder();
        folder.Write("vocab.txt", "<p>\n<u>\n<c>\n<e>\n<m>\nA\n");
        folder.Write("tokenizer_config.json", """
            {"pad_token":"<p>","unk_token":{"content":"<u>"},"cls_token":"<c>","sep_token":"<e>","mask_token":"<m>","do_lower_case":false}
            """);

        var tokenizer = TokenizerFolder.Load(folder.Path);

        Assert.Equal(new SpecialTokens(0, 1, 2, 3, 4), tokenizer.Special);
        Assert.Equal([5, 1], tokenizer.Encode("A a").Ids);
    }

    private static void WriteBytes(TestFolder folder, string[] more, string merge)
    {
        var tokens = ByteAlphabet.Characters.ToArray().Select(c => c.ToString()).Concat(more).Select((token, id) => KeyValuePair.Create(token, id));
        folder.Write("vocab.json", JsonSerializer.Serialize(tokens.ToDictionary()));
        folder.Write("merges.txt", $"#version: 0.2\n{merge}\n");
    }
}
