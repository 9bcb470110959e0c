using Datahall.Learning.Files;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

public sealed class ModelFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    private static ModelConfig Config { get; } = new()
    {
        VocabularySize = 20,
        HiddenSize = 8,
        Layers = 2,
        Heads = 2,
        FeedForwardSize = 12,
        MaxPositions = 16,
        Labels = ["O", "B-PER", "I-PER"],
    };

    private static TokenHeadOptions Options { get; } = new(Crf: true, Characters: new("abc", Width: 4, Filters: 5));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("Bert", "bert.encoder.layer.1.attention.self.key.weight")]
    [InlineData("Roberta", "roberta.encoder.layer.1.attention.self.key.weight")]
    [InlineData("DistilBert", "distilbert.transformer.layer.1.attention.k_lin.weight")]
    public void Load_after_Save_gives_the_same_bits_under_the_names_of_transformers(string layout, string name)
    {
        var config = Config with { Layout = Enum.Parse<EncoderLayout>(layout) };
        using var saved = new TokenClassifier(config, new Random(1), Options);
        ModelFolder.Save(folder, saved);
        using var loaded = new TokenClassifier(ModelConfig.Load(folder), new Random(2));

        var report = ModelFolder.Load(folder, loaded, LoadRule.Everything);

        Assert.Empty(report.Missing);
        Assert.Empty(report.Unexpected);
        Assert.Equal(saved.Parameters.Items.Count, loaded.Parameters.Items.Count);
        foreach (var (before, after) in saved.Parameters.Items.Zip(loaded.Parameters.Items))
        {
            Assert.Equal(before.Value.bytes.ToArray(), after.Value.bytes.ToArray());
        }

        using var file = SafetensorsFile.OpenFolder(folder);
        Assert.Equal([8, 8], file[name].Shape);
        Assert.Contains("classifier.bias", file.Tensors.Keys);
    }

    [Fact]
    public void Load_takes_an_encoder_without_prefix_and_with_old_names()
    {
        using var saved = new TokenClassifier(Config, new Random(1));
        ModelFolder.Save(folder, saved);
        Rewrite(tensor => tensor with
        {
            Name = tensor.Name.Replace("bert.", "", StringComparison.Ordinal).Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal),
        });
        using var loaded = new TokenClassifier(Config with { Labels = ["X", "Y"] }, new Random(2));

        var report = ModelFolder.Load(folder, loaded, LoadRule.EncoderOnly);

        Assert.Equal(["classifier.weight", "classifier.bias"], report.Missing);
        foreach (var (before, after) in saved.Encoder.Parameters.Zip(loaded.Encoder.Parameters))
        {
            Assert.Equal(before.Value.bytes.ToArray(), after.Value.bytes.ToArray());
        }
    }

    [Fact]
    public void Load_names_what_is_missing_unexpected_or_of_another_shape()
    {
        using var model = new TokenClassifier(Config, new Random(1));
        ModelFolder.Save(folder, model);
        Rewrite(tensor => tensor.Name == "classifier.bias" ? tensor with { Name = "other.bias" } : tensor);
        using var larger = new TokenClassifier(Config with { FeedForwardSize = 13 }, new Random(1));

        var missing = Assert.Throws<LearningException>(() => ModelFolder.Load(folder, model, LoadRule.Everything));
        var report = ModelFolder.Load(folder, model, LoadRule.EncoderOnly);
        var shape = Assert.Throws<LearningException>(() => ModelFolder.Load(folder, larger, LoadRule.Everything));

        Assert.Contains("model.safetensors has no tensor classifier.bias", missing.Message, StringComparison.Ordinal);
        Assert.Equal(["other.bias"], report.Unexpected);
        Assert.Contains(
            "tensor bert.encoder.layer.0.intermediate.dense.weight has the shape [12, 8], the model wants [13, 8]", shape.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_adds_adapters_to_the_weights_and_leaves_the_model_as_it_is()
    {
        using var scope = NewDisposeScope();
        using var model = new TokenClassifier(Config, new Random(1));
        using var batch = TokenBatch.From([[2, 5, 6, 3], [2, 7, 3]], 0);
        using var words = WordSelection.From(batch, [[1, 2], [1]]);
        var untrained = model.Forward(batch, words, ForwardMode.Evaluation);
        model.AddAdapters(new(2, 4, ["*.query", "*.value", "*.intermediate.dense"]));
        Draw(model);
        var adapted = model.Forward(batch, words, ForwardMode.Evaluation);

        ModelFolder.Save(folder, model);
        using var loaded = new TokenClassifier(ModelConfig.Load(folder), new Random(2));
        var report = ModelFolder.Load(folder, loaded, LoadRule.Everything);

        Assert.Equal(6, model.Adapters.Count);
        Assert.Empty(report.Unexpected);
        Assert.False(untrained.allclose(adapted, 1e-3, 1e-4), "adapters that were drawn should change the output");
        Assert.True(loaded.Forward(batch, words, ForwardMode.Evaluation).allclose(adapted, 1e-4, 1e-6));
        Assert.True(model.Forward(batch, words, ForwardMode.Evaluation).equal(adapted).all().item<bool>());
        Assert.All(model.Encoder.Parameters, parameter => Assert.True(parameter.IsFrozen));
    }

    [Fact]
    public void A_head_of_other_labels_begins_anew_even_when_they_are_as_many()
    {
        using var saved = new TokenClassifier(Config, new Random(1), Options);
        ModelFolder.Save(folder, saved);
        using var same = new TokenClassifier(Config, new Random(2), Options);
        using var other = new TokenClassifier(Config with { Labels = ["O", "B-LOC", "I-LOC"] }, new Random(2), Options);

        Assert.Empty(ModelFolder.Load(folder, same, LoadRule.EncoderOnly).Missing);
        var missing = ModelFolder.Load(folder, other, LoadRule.EncoderOnly).Missing;

        // How words are read by their characters is of use for other labels too.
        Assert.Equal(["classifier.weight", "classifier.bias", "crf.start_transitions", "crf.transitions", "crf.end_transitions"], missing);
    }

    [Fact]
    public void AddAdapters_names_a_pattern_that_fits_no_layer()
    {
        using var model = new TokenClassifier(Config, new Random(1));

        var thrown = Assert.Throws<LearningException>(() => model.AddAdapters(new(2, 4, ["*.q_proj"])));

        Assert.Contains("*.q_proj", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("encoder.layer.0.attention.self.query", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Freeze_takes_a_fused_tensor_whole_or_not_at_all()
    {
        using var model = new TokenClassifier(Config, new Random(1));

        Assert.Equal(16, model.Parameters.Freeze("encoder.layer.0.*") + model.Parameters.Freeze("embeddings.*") - 1);
        var part = Assert.Throws<LearningException>(() => model.Parameters.Freeze("*.query.weight"));
        var none = Assert.Throws<LearningException>(() => model.Parameters.Freeze("layer.7"));

        Assert.Contains("only a part of", part.Message, StringComparison.Ordinal);
        Assert.Contains("no parameter fits the pattern layer.7", none.Message, StringComparison.Ordinal);
        Assert.Equal(17, model.Parameters.Items.Count(parameter => parameter.IsFrozen));
    }

    private static void Draw(TokenClassifier model)
    {
        using var none = no_grad();
        foreach (var adapter in model.Adapters)
        {
            adapter.Up.copy_(adapter.Down.narrow(1, 0, 1).t().expand(adapter.Up.shape).Plus(0.3));
        }
    }

    private void Rewrite(Func<StoredTensor, StoredTensor> change)
    {
        StoredTensor[] tensors;
        using (var file = SafetensorsFile.OpenFolder(folder))
        {
            tensors = [.. file.Tensors.Values.Select(tensor => change(tensor with { Bytes = tensor.Bytes.ToArray() }))];
        }

        SafetensorsWriter.WriteFolder(folder, tensors);
    }
}
