using System.Text.Json;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tests.Tokens;

public sealed class GoldenTokenTests
{
    public static TheoryData<string> Kinds => ["uncased", "cased", "bytes"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Encode_gives_the_ids_of_another_implementation(string kind)
    {
        var tokenizer = TokenizerFolder.Load(TestFolder.Golden("Tokens", kind));
        var texts = File.ReadAllLines(TestFolder.Golden("Tokens", "texts.txt"));
        var expected = JsonSerializer.Deserialize<Dictionary<string, int[][]>>(File.ReadAllText(TestFolder.Golden("Tokens", "ids.json")))![kind];

        Assert.Equal(expected.Length, texts.Length);
        Assert.All(texts.Zip(expected), pair => Assert.Equal(
            (pair.First, Ids: string.Join(' ', pair.Second)), (pair.First, Ids: string.Join(' ', tokenizer.Encode(pair.First).Ids))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Encode_gives_offsets_that_rise_and_stay_in_the_text(string kind)
    {
        var tokenizer = TokenizerFolder.Load(TestFolder.Golden("Tokens", kind));
        foreach (var text in File.ReadLines(TestFolder.Golden("Tokens", "texts.txt")))
        {
            var tokens = tokenizer.Encode(text);

            Assert.Equal(tokens.Ids.Length, tokens.Starts.Length);
            Assert.Equal(tokens.Ids.Length, tokens.Ends.Length);
            Assert.All(tokens.Starts.Zip(tokens.Ends), span => Assert.InRange(span.First, 0, span.Second));
            Assert.All(tokens.Starts.Zip(tokens.Starts.Skip(1)), pair => Assert.True(pair.First <= pair.Second));
            Assert.All(tokens.Ends, end => Assert.InRange(end, 0, text.Length));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Save_writes_what_Load_reads(string kind)
    {
        using var folder = new TestFolder();
        var golden = TestFolder.Golden("Tokens", kind);

        TokenizerFolder.Load(golden).Save(folder.Path);

        Assert.All(Directory.GetFiles(golden), file => Assert.Equal(
            File.ReadAllText(file), File.ReadAllText(Path.Combine(folder.Path, Path.GetFileName(file)))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Load_reads_the_separate_files_too(string kind)
    {
        using var folder = new TestFolder();
        var golden = TestFolder.Golden("Tokens", kind);
        foreach (var file in Directory.GetFiles(golden).Where(file => Path.GetFileName(file) != "tokenizer.json"))
        {
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        var (whole, parts) = (TokenizerFolder.Load(golden), TokenizerFolder.Load(folder.Path));

        Assert.Equal(whole.Special, parts.Special);
        Assert.All(
            File.ReadAllLines(TestFolder.Golden("Tokens", "texts.txt")), text => Assert.Equal(whole.Encode(text).Ids, parts.Encode(text).Ids));
    }

    [Fact]
    public void Train_gives_the_vocabularies_that_the_golden_files_hold()
    {
        var texts = File.ReadAllLines(TestFolder.Golden("Tokens", "training.txt"));

        var pieces = new VocabularyTraining(400).TrainWordPiece(texts, new BertNormalization(LowerCase: true));
        var bytes = new VocabularyTraining(500).TrainByteLevel(texts);

        Assert.Equal(File.ReadAllLines(TestFolder.Golden("Tokens", "uncased", "vocab.txt")), pieces.Vocabulary.Tokens);
        Assert.Equal(File.ReadAllLines(TestFolder.Golden("Tokens", "bytes", "merges.txt"))[1..], bytes.Merges);
    }
}
