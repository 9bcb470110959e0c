using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Surface;
using Datahall.Learning.Tests.Export;
using TorchSharp;

namespace Datahall.Learning.Tests.Pipelines;

public sealed class TextPipelineTests : IDisposable
{
    private const int Seed = 29;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(SequenceClassifier.SingleLabel)]
    [InlineData(SequenceClassifier.MultiLabel)]
    public void Classification_gives_probabilities_in_the_order_of_the_texts(string problem)
    {
        using var model = new SequenceClassifier(PipelineFolder.Config with { ProblemType = problem }, new Random(Seed));
        PipelineFolder.Write(folder.Path, model, Seed);
        string[] texts = ["abc def", "a", "h g f e d c b a", ""];

        using var pipeline = TextPipeline.Load<TextClassificationPipeline>(folder.Path, new PipelineOptions { Threads = 1, TokensInBatch = 12 });
        var actual = pipeline.Run(texts);

        for (var i = 0; i < texts.Length; i++)
        {
            using var batch = TokenBatch.From([Row(texts[i])], 0);
            using var scores = model.Forward(batch, ForwardMode.Evaluation);
            using var expected = model.Probabilities(scores);
            ExportedModels.AssertClose(ExportedModels.Values(expected), actual[i].Probabilities, 1e-4, texts[i]);
        }

        Assert.Equal(actual[0].From(0).First().Label, actual[0].Best);
    }

    [Fact]
    public void Classification_sees_the_surface_of_texts_and_of_what_is_asked()
    {
        using var model = new SequenceClassifier(TextSurfaceLayer.Write(PipelineFolder.Config), new Random(Seed));
        PipelineFolder.Write(folder.Path, model, Seed);

        using var pipeline = TextPipeline.Load<TextClassificationPipeline>(folder.Path, new PipelineOptions { Threads = 1 });
        var actual = pipeline.Run(["abc def", "a"]);
        var asked = pipeline.RunPairs([("abc def", "abc")])[0];

        using var batch = TokenBatch.From([Row("abc def")], 0);
        using var scores = model.Forward(batch, [TextFeatures.Of("abc def", null)], ForwardMode.Evaluation);
        using var expected = model.Probabilities(scores);
        ExportedModels.AssertClose(ExportedModels.Values(expected), actual[0].Probabilities, 1e-4, "surface");
        Assert.NotEqual(actual[0].Probabilities, asked.Probabilities);
    }

    [Fact]
    public void Classification_averages_the_scores_of_windows()
    {
        using var model = new SequenceClassifier(PipelineFolder.Config with { MaxPositions = 10 }, new Random(Seed));
        PipelineFolder.Write(folder.Path, model, Seed);
        using var pipeline = TextPipeline.Load<TextClassificationPipeline>(folder.Path, new PipelineOptions { Threads = 1 });

        // Eight pieces to a window, of which one is seen again: a-h and f-c, all of one length.
        var actual = pipeline.Run(["a b c d e f g h a b c"])[0].Probabilities;

        var windows = new[] { "a b c d e f g h", "d e f g h a b c" }.Select(text =>
        {
            using var batch = TokenBatch.From([Row(text)], 0);
            using var scores = model.Forward(batch, ForwardMode.Evaluation);
            return ExportedModels.Values(scores);
        }).ToList();
        float[] mean = [.. windows[0].Zip(windows[1], (left, right) => (left + right) / 2)];
        using var expected = torch.tensor(mean).softmax(-1);
        ExportedModels.AssertClose(ExportedModels.Values(expected), actual, 1e-4, "windows");
    }

    [Fact]
    public void Embeddings_are_of_length_one_and_like_TorchSharps()
    {
        using var model = new SentenceEmbedder(PipelineFolder.Config, new Random(Seed));
        PipelineFolder.Write(folder.Path, model, Seed);

        using var pipeline = TextPipeline.Load<EmbeddingPipeline>(folder.Path, new PipelineOptions { Threads = 1 });
        var actual = pipeline.Run(["abc def", string.Concat(Enumerable.Repeat("abcd ", 60))]);

        using var batch = TokenBatch.From([Row("abc def")], 0);
        using var expected = model.Forward(batch, ForwardMode.Evaluation);
        ExportedModels.AssertClose(ExportedModels.Values(expected), actual[0], 1e-4, "vector");
        Assert.All(actual, vector => Assert.Equal(1, vector.Sum(value => value * value), 1e-4));
    }

    [Fact]
    public void Ranking_reads_both_texts_of_a_pair()
    {
        using var model = new PairRanker(PipelineFolder.Config, new Random(Seed));
        PipelineFolder.Write(folder.Path, model, Seed);

        using var pipeline = TextPipeline.Load<PairRankingPipeline>(folder.Path, new PipelineOptions { Threads = 1 });
        var actual = pipeline.Run([("abc", "d e"), ("d e", "abc")]);

        var first = Row("abc");
        int[] pair = [.. first, .. Row("d e")[1..]];
        int[] types = [.. pair.Select((_, at) => at < first.Length ? 0 : 1)];
        using var batch = TokenBatch.From([pair], 0, [types]);
        using var expected = model.Forward(batch, ForwardMode.Evaluation);
        Assert.Equal(ExportedModels.Values(expected)[0], actual[0], 1e-4);
        Assert.NotEqual(actual[0], actual[1]);
    }

    [Theory]
    [InlineData("U.N. official (in Bonn), 3-1!", "U.N.|official|(|in|Bonn|)|,|3-1|!")]
    [InlineData("don't stop", "don't|stop")]
    [InlineData("中文abc。 カナ", "中|文|abc|。|カ|ナ")]
    [InlineData(" \t ...", ".|.|.")]
    [InlineData("", "")]
    public void Words_are_split_as_in_corpora(string text, string expected)
    {
        var words = TextWords.Split(text);

        Assert.Equal(expected, string.Join('|', words.Select(word => text[word.Start..word.End])));
    }

    private int[] Row(string text)
    {
        var tokenizer = PipelineFolder.Tokenizer(folder.Path);
        return [tokenizer.Special.Begin, .. tokenizer.Encode(text).Ids, tokenizer.Special.End];
    }
}
