using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;

namespace Datahall.Learning.Tests.Export;

public sealed class TokenClassifierExportTests : IDisposable
{
    private const int Seed = 17;

    /// <summary>What 8 bits may change, as a part of the scores' root mean square.</summary>
    private const double Int8Bound = 0.05;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(nameof(EncoderLayout.Bert), "gelu")]
    [InlineData(nameof(EncoderLayout.Bert), "gelu_new")]
    [InlineData(nameof(EncoderLayout.Roberta), "gelu")]
    [InlineData(nameof(EncoderLayout.DistilBert), "relu")]
    public void An_exported_model_scores_as_TorchSharp_does(string layout, string activation)
    {
        var config = ExportedModels.Config(Enum.Parse<EncoderLayout>(layout)) with { Activation = activation };

        var (expected, actual) = Scores(config, OnnxPrecision.Float32);

        ExportedModels.AssertClose(expected, actual, 1e-4, $"seed {Seed}");
    }

    /// <summary>Weights as wide as those of trained models, which is what 8 bits are made for.</summary>
    [Theory]
    [InlineData(nameof(EncoderLayout.Bert))]
    [InlineData(nameof(EncoderLayout.Roberta))]
    [InlineData(nameof(EncoderLayout.DistilBert))]
    public void An_int8_model_scores_nearly_as_TorchSharp_does(string layout)
    {
        var config = ExportedModels.Config(Enum.Parse<EncoderLayout>(layout)) with { InitializerRange = 0.05 };

        var (expected, actual) = Scores(config, OnnxPrecision.Int8);

        ExportedModels.AssertAlike(expected, actual, Int8Bound, $"seed {Seed}");
    }

    [Fact]
    public void Pruned_heads_and_neurons_stay_pruned()
    {
        var config = ExportedModels.Config(EncoderLayout.Bert) with { HeadsPerLayer = [1, 3], FeedForwardPerLayer = [40, 7] };
        using var model = ExportedModels.TokenClassifier(config, Seed);
        ModelFolder.Save(folder.Path, model);
        var rows = ExportedModels.Rows(Seed, 5, 8);

        using var session = new OnnxSession(OnnxExport.Write(folder.Path, OnnxPrecision.Float32), threads: 1);

        ExportedModels.AssertClose(ExportedModels.Scores(model, rows), ExportedModels.Scores(session, rows, config), 1e-4, $"seed {Seed}");
    }

    [Theory]
    [InlineData(nameof(OnnxPrecision.Float32), 1e-4)]
    [InlineData(nameof(OnnxPrecision.Int8), Int8Bound)]
    public void Characters_and_transitions_are_exported_too(string precision, double bound)
    {
        var options = new TokenHeadOptions(Crf: true, new CharacterOptions("abcdefg", Width: 6, Filters: 5, Kernel: 3, Longest: 8));
        using var model = ExportedModels.TokenClassifier(ExportedModels.Config(EncoderLayout.Bert) with { InitializerRange = 0.05 }, Seed, options);
        ModelFolder.Save(folder.Path, model);
        var rows = ExportedModels.Rows(Seed, 4, 6);
        using var batch = TokenBatch.From(rows, padId: 0);
        string[] words = ["abc", "a", "gfedcbaabc", "xyz"];
        using var selection = WordSelection.From(batch, [[1, 2], [1, 4]], model.Characters!.Encode(words));
        using var scores = model.Forward(batch, selection, ForwardMode.Evaluation);

        using var session = new OnnxSession(OnnxExport.Write(folder.Path, Enum.Parse<OnnxPrecision>(precision)), threads: 1);

        var pieces = PieceBatch.Of([.. rows.Select(row => new PieceRow(row))], 0) with
        {
            FirstPieces = [1, 2, 6 + 1, 6 + 4],
            Characters = [.. selection.Characters!.data<long>()],
        };
        Assert.True(session.SeesWords);
        ExportedModels.AssertAlike(ExportedModels.Values(scores), session.Run(pieces), bound, $"seed {Seed}");
        Assert.True(session.Metadata.ContainsKey(OnnxExport.TransitionsKey));
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        using var model = ExportedModels.TokenClassifier(ExportedModels.Config(EncoderLayout.Bert), Seed);
        ModelFolder.Save(folder.Path, model);
        var config = ModelConfig.Load(folder.Path);
        (config with { Layers = config.Layers + 1 }).Save(folder.Path);

        var exception = Assert.Throws<LearningException>(() => OnnxExport.Write(folder.Path, OnnxPrecision.Float32));

        Assert.Contains("has no tensor encoder.layer.2.attention.self.query.weight", exception.Message);
    }

    [Fact]
    public void A_wrong_shape_is_named()
    {
        using var model = ExportedModels.TokenClassifier(ExportedModels.Config(EncoderLayout.Bert), Seed);
        ModelFolder.Save(folder.Path, model);
        (ModelConfig.Load(folder.Path) with { FeedForwardSize = 50 }).Save(folder.Path);

        var exception = Assert.Throws<LearningException>(() => OnnxExport.Write(folder.Path, OnnxPrecision.Float32));

        Assert.Contains("tensor encoder.layer.0.intermediate.dense.weight has the shape [48, 24], by config.json it must be [50, 24]", exception.Message);
    }

    private (float[] Expected, float[] Actual) Scores(ModelConfig config, OnnxPrecision precision)
    {
        using var model = ExportedModels.TokenClassifier(config, Seed);
        ModelFolder.Save(folder.Path, model);
        var rows = ExportedModels.Rows(Seed, 3, 17, 9, 1);
        using var session = new OnnxSession(OnnxExport.Write(folder.Path, precision), threads: 1);
        return (ExportedModels.Scores(model, rows), ExportedModels.Scores(session, rows, model.Config));
    }
}
