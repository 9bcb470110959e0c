using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using TorchSharp;

namespace Datahall.Learning.Tests.Export;

/// <summary>Small models with random weights, and what they score with TorchSharp and with ONNX Runtime.</summary>
internal static class ExportedModels
{
    public static ModelConfig Config(EncoderLayout layout) => new()
    {
        Layout = layout,
        VocabularySize = 60,
        HiddenSize = 24,
        Layers = 2,
        Heads = 3,
        FeedForwardSize = 48,
        MaxPositions = 40,
        PadId = layout == EncoderLayout.Roberta ? 1 : 0,
        TokenTypes = layout == EncoderLayout.Bert ? 2 : layout == EncoderLayout.Roberta ? 1 : 0,
        InitializerRange = 0.4, // Wider than models begin with, so that attention and activations matter.
        Labels = ["O", "B-PER", "I-PER", "B-LOC"],
    };

    /// <summary>A model whose biases, transitions and gains are drawn too: as they begin, an exporter could leave them out.</summary>
    public static TokenClassifier TokenClassifier(ModelConfig config, int seed, TokenHeadOptions? options = null)
    {
        var model = new TokenClassifier(config, new Random(seed), options);
        Disturb(model, seed);
        return model;
    }

    public static void Disturb(EncoderModel model, int seed)
    {
        var random = new Random(seed);
        using var scope = torch.NewDisposeScope();
        using var none = torch.no_grad();
        foreach (var parameter in model.Parameters.Items.Where(item => item.Value.shape.Length == 1))
        {
            float[] noise = [.. Enumerable.Range(0, (int)parameter.Value.numel()).Select(_ => (float)(random.NextDouble() - 0.5))];
            parameter.Value.add_(torch.tensor(noise), TensorArithmetic.One);
        }
    }

    /// <summary>Gives surface layers weights: as they begin they are all 0.</summary>
    public static void DisturbSurface(EncoderModel model, int seed)
    {
        using var scope = torch.NewDisposeScope();
        using var none = torch.no_grad();
        foreach (var parameter in model.Parameters.Items.Where(static item => item.Name is "surface.weight" or "surface.idf"))
        {
            var values = torch.randn(parameter.Value.shape, generator: new torch.Generator((ulong)seed));
            parameter.Value.add_(parameter.Name == "surface.idf" ? values.relu() : values, TensorArithmetic.One); // As in a trained model: half of the features were never seen.
        }
    }

    public static IReadOnlyList<int[]> Rows(int seed, params IReadOnlyList<int> lengths)
    {
        var random = new Random(seed);
        return [.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(2, 60)).ToArray())];
    }

    /// <summary>Scores of all pieces that are no padding, by TorchSharp.</summary>
    public static float[] Scores(TokenClassifier model, IReadOnlyList<int[]> rows)
    {
        using var batch = TokenBatch.From(rows, model.Config.PadId);
        using var pieces = WordSelection.From(batch, [.. rows.Select(row => (IReadOnlyList<int>)[.. Enumerable.Range(0, row.Length)])]);
        using var none = torch.no_grad();
        using var scores = model.Forward(batch, pieces, ForwardMode.Evaluation);
        return Values(scores);
    }

    /// <summary>Scores of all pieces that are no padding, by ONNX Runtime.</summary>
    public static float[] Scores(OnnxSession session, IReadOnlyList<int[]> rows, ModelConfig config)
    {
        var batch = PieceBatch.Of([.. rows.Select(row => new PieceRow(row))], config.PadId);
        var scores = session.Run(batch);
        var width = config.Labels.Count;
        return [.. rows.SelectMany((row, i) => scores.AsSpan(i * batch.Length * width, row.Length * width).ToArray())];
    }

    public static float[] Values(torch.Tensor tensor) => [.. tensor.detach().contiguous().data<float>()];

    /// <summary>The root mean square of the differences is at most that part of the scores' own: what 8 bits are judged by.</summary>
    public static void AssertAlike(float[] expected, float[] actual, double bound, string context)
    {
        Assert.Equal(expected.Length, actual.Length);
        var error = Math.Sqrt(expected.Zip(actual, (left, right) => Math.Pow(left - right, 2)).Sum() / expected.Sum(value => value * value));
        Assert.True(error <= bound, $"{context}: the scores differ by {error:E2} of their root mean square, {bound:E2} is allowed");
    }

    /// <summary>No difference is more than that part of the largest score.</summary>
    public static void AssertClose(float[] expected, float[] actual, double bound, string context)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = expected.Max(Math.Abs);
        var difference = expected.Zip(actual, (left, right) => Math.Abs(left - right)).Max() / largest;
        Assert.True(difference <= bound, $"{context}: the scores differ by {difference:E2} of the largest, {bound:E2} is allowed");
    }
}
