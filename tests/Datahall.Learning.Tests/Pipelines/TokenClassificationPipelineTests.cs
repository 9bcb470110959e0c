using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Tasks;

namespace Datahall.Learning.Tests.Pipelines;

public sealed class TokenClassificationPipelineTests : IDisposable
{
    private const int Seed = 5;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<bool, bool, bool> Heads => new() { { false, false, false }, { true, false, false }, { true, true, false }, { true, true, true } };

    /// <summary>The tagger that training judges by runs the same model in TorchSharp: both must say the same.</summary>
    [Theory]
    [MemberData(nameof(Heads))]
    public void RunWords_says_what_the_tagger_of_training_says(bool crf, bool characters, bool surface)
    {
        var random = new Random(Seed);
        using var model = Write(new TokenHeadOptions(crf, characters ? new CharacterOptions("abcde", 6, 5, 3, 3) : null, surface));
        List<IReadOnlyList<string>> sentences = [.. PipelineFolder.Sentences(random, 40, 9), []];

        using var pipeline = TextPipeline.Load<TokenClassificationPipeline>(folder.Path, new PipelineOptions { Threads = 1, TokensInBatch = 100 });
        var actual = pipeline.RunWords(sentences);

        var (expected, probabilities) = new NerTagger(PipelineFolder.Tokenizer(folder.Path), model).Read(sentences, 100, TestContext.Current.CancellationToken);
        Assert.Equal(expected, actual.Select(labels => labels.Tags.ToArray()));
        Assert.All(
            actual.SelectMany(labels => labels.Probabilities).Zip(probabilities.SelectMany(sentence => sentence)),
            pair => Assert.Equal(pair.Second, pair.First, 1e-3));
        Assert.Contains(actual, labels => labels.Tags.Any(tag => tag != "O"));
        Assert.All(actual.SelectMany(labels => labels.Probabilities.Chunk(4)), probabilities => Assert.Equal(1, probabilities.Sum(), 1e-4));
    }

    /// <summary>With labels that may follow each other as they like: the tagger decodes windows one by one, the pipeline the whole sentence.</summary>
    [Fact]
    public void RunWords_cuts_long_sentences_as_training_does()
    {
        using var model = new TokenClassifier(PipelineFolder.Config with { Labels = ["A", "B", "C", "D"] }, new Random(Seed));
        PipelineFolder.Write(folder.Path, model, Seed);
        var sentences = PipelineFolder.Sentences(new Random(Seed), 10, 100);

        using var pipeline = TextPipeline.Load<TokenClassificationPipeline>(folder.Path, new PipelineOptions { Threads = 1 });
        var actual = pipeline.RunWords(sentences);

        var expected = new NerTagger(PipelineFolder.Tokenizer(folder.Path), model).Tag(sentences, 100, TestContext.Current.CancellationToken);
        Assert.Equal(expected, actual.Select(labels => labels.Tags.ToArray()));
    }

    [Fact]
    public void Run_gives_entities_with_their_places_in_the_text()
    {
        using var model = Write(new TokenHeadOptions());
        const string Text = "  abc d.e. (fgh), 中中 ab cd.  ";

        using var pipeline = TextPipeline.Load<TokenClassificationPipeline>(folder.Path, new PipelineOptions { Threads = 1 });
        var entities = pipeline.Run([Text, ""]);

        Assert.Equal(2, entities.Count);
        Assert.NotEmpty(entities[0]);
        Assert.All(entities[0], entity => Assert.Equal(Text[entity.Start..entity.End], entity.Text));
        Assert.All(entities[0], entity => Assert.Equal(Text.Trim().Length, Text.Trim().Length - entity.Text.Length + entity.Text.Trim().Length));
        Assert.All(entities[0], entity => Assert.InRange(entity.Score, 0.25f, 1f));
        Assert.Empty(entities[1]);
    }

    /// <summary>Labels of other schemes, or of none, obey their own rules in both.</summary>
    [Theory]
    [InlineData("O I-X I-Y B-Y")]
    [InlineData("O B-X I-X E-X S-X")]
    [InlineData("A B C D")]
    [InlineData("O B-X I-X")]
    public void Labels_of_any_scheme_are_decoded_as_training_does(string labels)
    {
        using var model = new TokenClassifier(PipelineFolder.Config with { Labels = labels.Split(' ') }, new Random(Seed));
        PipelineFolder.Write(folder.Path, model, Seed);
        var sentences = PipelineFolder.Sentences(new Random(Seed), 30, 9);

        using var pipeline = TextPipeline.Load<TokenClassificationPipeline>(folder.Path, new PipelineOptions { Threads = 1 });
        var actual = pipeline.RunWords(sentences);

        var expected = new NerTagger(PipelineFolder.Tokenizer(folder.Path), model).Tag(sentences, 100, TestContext.Current.CancellationToken);
        Assert.Equal(expected, actual.Select(own => own.Tags.ToArray()));
        Assert.Contains(expected, static tags => tags.Any(static tag => tag is not ("O" or "A")));
    }

    [Fact]
    public void Load_names_what_is_missing_or_does_not_fit()
    {
        using var model = Write(new TokenHeadOptions());
        var options = new PipelineOptions { Precision = Datahall.Learning.Export.OnnxPrecision.Int8 };

        Assert.Contains("model.int8.onnx is not there; 'datahall export' makes it", Assert.Throws<LearningException>(() => TextPipeline.Load(folder.Path, options)).Message);
        Assert.Contains(
            "EmbeddingPipeline is wanted",
            Assert.Throws<LearningException>(() => TextPipeline.Load<EmbeddingPipeline>(folder.Path, new PipelineOptions())).Message);
        File.AppendAllLines(folder.File("vocab.txt"), ["more"]);
        Assert.Contains(
            "take the tokenizer that the model was trained with",
            Assert.Throws<LearningException>(() => TextPipeline.Load(folder.Path, new PipelineOptions())).Message);
        File.WriteAllText(folder.File("vocab.txt"), string.Join('\n', PipelineFolder.Vocabulary));
        File.WriteAllText(folder.File("model.onnx"), "not a model");
        Assert.Contains("is no model that ONNX Runtime can run", Assert.Throws<LearningException>(() => TextPipeline.Load(folder.Path, new PipelineOptions())).Message);
    }

    private TokenClassifier Write(TokenHeadOptions options)
    {
        var model = new TokenClassifier(PipelineFolder.Config, new Random(Seed), options);
        PipelineFolder.Write(folder.Path, model, Seed);
        return model;
    }
}
