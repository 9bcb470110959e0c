using Datahall.Learning.Compression;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;

namespace Datahall.Learning.Tests.Compression;

public sealed class PruningTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-prune-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    private string Model(EncoderLayout layout)
    {
        var folder = Path.Combine(root, "model");
        using var model = new SequenceClassifier(new() { Layout = layout, VocabularySize = 40, HiddenSize = 16, Layers = 3, Heads = 4, FeedForwardSize = 32, MaxPositions = 40, Labels = ["a", "b"] }, new Random(1));
        ModelFolder.Save(folder, model);
        return folder;
    }

    private static float[] Scores(string folder)
    {
        using var model = new SequenceClassifier(ModelConfig.Load(folder), new Random(2));
        ModelFolder.Load(folder, model, LoadRule.Everything);
        using var batch = TokenBatch.From([[3, 7, 9, 4], [3, 8, 4]], 1);
        return model.Forward(batch, null, ForwardMode.Evaluation).data<float>().ToArray();
    }

    [Theory]
    [InlineData((int)EncoderLayout.Bert)]
    [InlineData((int)EncoderLayout.Roberta)]
    [InlineData((int)EncoderLayout.DistilBert)]
    public void A_model_that_was_cut_loads_and_is_smaller(int layout)
    {
        var (from, to) = (Model((EncoderLayout)layout), Path.Combine(root, "small"));

        Pruning.Write(from, to, new() { Layers = 1, Heads = 0.5, Neurons = 0.25 });

        var config = ModelConfig.Load(to);
        Assert.Equal((2, 2, 24), (config.Layers, config.HeadsOf(0), config.FeedForwardOf(1)));
        Assert.All(Scores(to), static score => Assert.True(float.IsFinite(score)));
    }

    [Fact]
    public void Heads_and_neurons_that_do_nothing_go_first_and_nothing_changes()
    {
        var (from, to) = (Model(EncoderLayout.Bert), Path.Combine(root, "small"));
        using (var file = SafetensorsFile.OpenFolder(from))
        {
            var tensors = file.Tensors.Values.Select(static tensor => Silence(tensor, "intermediate.dense", 4) ?? Silence(tensor, "attention.self.value", 4) ?? tensor with { Bytes = tensor.Bytes.ToArray() }).ToList();
            Directory.CreateDirectory(Path.Combine(root, "silent"));
            SafetensorsWriter.WriteFolder(Path.Combine(root, "silent"), tensors);
        }

        ModelConfig.Load(from).Save(Path.Combine(root, "silent"));
        var before = Scores(Path.Combine(root, "silent"));

        Pruning.Write(Path.Combine(root, "silent"), to, new() { Heads = 0.25, Neurons = 0.125 });

        Assert.Equal(before.Select(static score => Math.Round(score, 5)), Scores(to).Select(static score => Math.Round(score, 5)));
    }

    // The first rows of a linear layer are 0: the first head's values, or neurons whose activation is that of 0.
    private static StoredTensor? Silence(StoredTensor tensor, string name, int rows)
    {
        if (!tensor.Name.Contains(name, StringComparison.Ordinal))
        {
            return null;
        }

        var values = tensor.ToFloat32();
        values.AsSpan(0, rows * (values.Length / (int)tensor.Shape[0])).Clear();
        return StoredTensor.Float32(tensor.Name, tensor.Shape, values);
    }

    [Fact]
    public void The_smallest_weights_become_zero()
    {
        var (from, to) = (Model(EncoderLayout.Bert), Path.Combine(root, "sparse"));

        Pruning.Write(from, to, new() { Magnitude = 0.5 });

        using var file = SafetensorsFile.OpenFolder(to);
        var weight = file.Tensors.Values.First(static tensor => tensor.Name.EndsWith("layer.0.intermediate.dense.weight", StringComparison.Ordinal)).ToFloat32();
        Assert.Equal(weight.Length / 2, weight.Count(static value => value == 0));
    }

    [Fact]
    public void Not_all_layers_can_go() =>
        Assert.Contains("3 of 3 layers", Assert.Throws<LearningException>(() => Pruning.Write(Model(EncoderLayout.Bert), Path.Combine(root, "none"), new() { Layers = 3 })).Message, StringComparison.Ordinal);
}
