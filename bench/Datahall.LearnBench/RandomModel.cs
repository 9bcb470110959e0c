using Datahall.Learning.Files;

namespace Datahall.LearnBench;

/// <summary>Writes the folder of a token classifier with random weights: speed does not depend on their values.</summary>
internal static class RandomModel
{
    private const int Labels = 9;
    private static readonly string[] attentionInputs = ["query", "key", "value"];

    /// <summary>The two shapes of the reference measurements.</summary>
    public static ModelConfig Config(string shape) => shape switch
    {
        "small" => Shape(4, 256, 4, 1024, 8_000),
        "base" => Shape(12, 768, 12, 3072, 30_522),
        _ => throw new ArgumentException($"the shape is '{shape}'; small and base are known"),
    };

    public static void Write(string folder, ModelConfig config, Random random)
    {
        Directory.CreateDirectory(folder);
        config.Save(folder);
        SafetensorsWriter.WriteFolder(folder, Tensors(config, random));
    }

    private static ModelConfig Shape(int layers, int hidden, int heads, int feedForward, int vocabulary) => new()
    {
        VocabularySize = vocabulary,
        HiddenSize = hidden,
        Layers = layers,
        Heads = heads,
        FeedForwardSize = feedForward,
        Architecture = "BertForTokenClassification",
        Labels = [.. Enumerable.Range(0, Labels).Select(label => $"L{label}")],
    };

    private static IEnumerable<StoredTensor> Tensors(ModelConfig config, Random random)
    {
        var (hidden, wide) = (config.HiddenSize, config.FeedForwardSize);
        yield return Normal("bert.embeddings.word_embeddings.weight", random, config.VocabularySize, hidden);
        yield return Normal("bert.embeddings.position_embeddings.weight", random, config.MaxPositions, hidden);
        yield return Normal("bert.embeddings.token_type_embeddings.weight", random, config.TokenTypes, hidden);
        IEnumerable<StoredTensor> rest = Norm("bert.embeddings.LayerNorm", hidden);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var name = $"bert.encoder.layer.{layer}.";
            rest = rest
                .Concat(attentionInputs.SelectMany(part => Linear(name + "attention.self." + part, random, hidden, hidden)))
                .Concat(Linear(name + "attention.output.dense", random, hidden, hidden))
                .Concat(Norm(name + "attention.output.LayerNorm", hidden))
                .Concat(Linear(name + "intermediate.dense", random, wide, hidden))
                .Concat(Linear(name + "output.dense", random, hidden, wide))
                .Concat(Norm(name + "output.LayerNorm", hidden));
        }

        foreach (var tensor in rest.Concat(Linear("classifier", random, config.Labels.Count, hidden)))
        {
            yield return tensor;
        }
    }

    private static StoredTensor[] Linear(string name, Random random, int outputs, int inputs) =>
        [Normal(name + ".weight", random, outputs, inputs), Normal(name + ".bias", random, outputs)];

    private static StoredTensor[] Norm(string name, int size) =>
    [
        StoredTensor.Float32(name + ".weight", [size], [.. Enumerable.Repeat(1f, size)]),
        StoredTensor.Float32(name + ".bias", [size], new float[size]),
    ];

    private static StoredTensor Normal(string name, Random random, params IReadOnlyList<long> shape)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
        {
            // The sum of four uniform numbers is near enough to a normal one; standard deviation 0.02.
            values[i] = (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * 0.0346);
        }

        return StoredTensor.Float32(name, shape, values);
    }
}
