using Datahall.Learning.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

public sealed class HeadTests : IDisposable
{
    private readonly DisposeScope scope;
    private readonly TokenBatch batch;

    public HeadTests()
    {
        scope = NewDisposeScope();
        batch = TokenBatch.From([[2, 5, 6, 7, 3], [2, 8, 3], [2, 9, 4, 3]], 1);
    }

    public void Dispose()
    {
        batch.Dispose();
        scope.Dispose();
    }

    public static TheoryData<string> Layouts => [.. Enum.GetNames<EncoderLayout>()];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_row_gives_the_same_scores_alone_and_in_a_padded_batch(string layout)
    {
        using var model = new SequenceClassifier(Config(layout), new Random(1));
        using var alone = TokenBatch.From([[2, 8, 3]], 1);

        var together = model.Forward(batch, ForwardMode.Evaluation);
        var single = model.Forward(alone, ForwardMode.Evaluation);

        Assert.Equal([3, 3], together.shape);
        Assert.True(together[1].allclose(single[0], 1e-4, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void All_heads_learn_what_they_are_shown(string layout)
    {
        var config = Config(layout);
        var positions = tensor(new long[] { 1, 6, 11 });
        using var words = WordSelection.From(batch, [[1, 3], [1], [1, 2]]);
        using var tokens = new TokenClassifier(config, new Random(1), new(Crf: true));
        using var texts = new SequenceClassifier(config, new Random(2));
        using var ranker = new PairRanker(config, new Random(3));
        using var embedder = new SentenceEmbedder(config, new Random(4));
        using var language = new MaskedLanguageModel(config, new Random(5));
        using var others = TokenBatch.From([[2, 5, 3], [2, 8, 8, 3], [2, 4, 3]], 1);

        Learns(tokens, mode => tokens.Crf!.Loss(tokens.Forward(batch, words, mode), words.Words, [0, 1, 2, 0, 1]));
        Learns(texts, mode => nn.functional.cross_entropy(texts.Forward(batch, mode), tensor(new long[] { 2, 0, 1 })));
        Learns(ranker, mode => PairRanker.Loss(ranker.Forward(batch, mode), 3));
        Learns(embedder, mode => SentenceEmbedder.ContrastiveLoss(embedder.Forward(batch, mode), embedder.Forward(others, mode)));
        Learns(language, mode => nn.functional.cross_entropy(language.Forward(batch, positions, mode), tensor(new long[] { 5, 8, 9 })));
        Assert.Equal([0, 1, 2, 0, 1], tokens.Decode(tokens.Forward(batch, words, ForwardMode.Evaluation), words.Words));
    }

    [Fact]
    public void Character_features_do_not_depend_on_the_other_words()
    {
        using var parameters = new ParameterSet(new Random(1));
        var features = new CharacterFeatures(parameters, new("abcdef", Width: 4, Filters: 6, Longest: 5));

        var alone = features.Forward(features.Encode(["ab"]));
        var beside = features.Forward(features.Encode(["fedcba", "ab", ""]));

        Assert.Equal([3, 6], beside.shape);
        Assert.True(alone[0].allclose(beside[1], 1e-5, 1e-6));
        Assert.Equal(0f, beside[2].abs().sum().item<float>());
        Assert.True(features.Encode(["fedcb"]).equal(features.Encode(["fedcba"])).all().item<bool>(), "longer words are cut");
    }

    [Fact]
    public void A_sentence_longer_than_the_positions_is_refused()
    {
        using var model = new SequenceClassifier(Config("Bert"), new Random(1));
        using var tooLong = TokenBatch.From([new int[100_000]], 0);

        var thrown = Assert.Throws<LearningException>(() => model.Forward(tooLong, ForwardMode.Evaluation));

        Assert.StartsWith("a sentence has 100000 pieces with its special tokens, the model has 16 positions", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_step_leaves_no_tensor_behind()
    {
        using var model = new TokenClassifier(Config("Bert"), new Random(1), new(Crf: true, Characters: new("abc", Width: 4, Filters: 5)));
        var training = new ForwardMode(Dropout: new(seed: 7));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var step = 0; step < 3; step++)
        {
            using var inner = NewDisposeScope();
            using var rows = TokenBatch.From([[2, 5, 6, 3], [2, 8, 3]], 1);
            using var words = WordSelection.From(rows, [[1, 2], [1]], model.Characters!.Encode(["a", "bb", "c"]));
            model.Crf!.Loss(model.Forward(rows, words, training), words.Words, [0, 1, 2]).backward();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Pruned_layers_have_sizes_of_their_own()
    {
        var config = Config("Bert") with { HeadsPerLayer = [1, 2], FeedForwardPerLayer = [12, 5] };
        using var model = new SequenceClassifier(config, new Random(1));

        Assert.Equal([3, 3], model.Forward(batch, ForwardMode.Evaluation).shape);
        Assert.Equal([12, 8], Shape("encoder.layer.0.attention.self.query+"));
        Assert.Equal([5, 8], Shape("encoder.layer.1.intermediate.dense.weight"));

        long[] Shape(string name) =>
            model.Parameters.Items.First(item => item.Name.StartsWith(name, StringComparison.Ordinal)).Value.shape;
    }

    private static ModelConfig Config(string layout) => new()
    {
        Layout = Enum.Parse<EncoderLayout>(layout),
        VocabularySize = 12,
        HiddenSize = 8,
        Layers = 2,
        Heads = 2,
        FeedForwardSize = 12,
        MaxPositions = layout == "Roberta" ? 18 : 16,
        PadId = 1,
        InitializerRange = 0.3,
        Labels = ["a", "b", "c"],
    };

    /// <summary>Descends the gradient with dropout and expects a fifth of the loss.</summary>
    private static void Learns(EncoderModel model, Func<ForwardMode, Tensor> loss)
    {
        var training = new ForwardMode(Dropout: new(seed: 7));
        var before = loss(ForwardMode.Evaluation).item<float>();
        using var optimiser = optim.Adam(model.Parameters.Items.Select(item => item.Value), 0.01);
        for (var step = 0; step < 100; step++)
        {
            optimiser.zero_grad();
            loss(training).backward();
            optimiser.step();
        }

        var after = loss(ForwardMode.Evaluation).item<float>();
        Assert.True(after < before / 5, $"{model.Config.Architecture}: {before} -> {after}");
    }
}
