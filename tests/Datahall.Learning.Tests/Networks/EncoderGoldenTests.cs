using System.Runtime.InteropServices;
using Datahall.Learning.Files;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Golden files: Golden/make_encoder_golden.py says what they hold and how they were made.</summary>
public sealed class EncoderGoldenTests
{
    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    [InlineData("distilbert")]
    public void Forward_and_backward_equal_the_independent_implementation(string name)
    {
        var layout = Enum.Parse<EncoderLayout>(name, ignoreCase: true);
        using var scope = NewDisposeScope();
        using var golden = SafetensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".safetensors"));
        using var parameters = new ParameterSet(new Random(1));
        var encoder = Fill(new Encoder(parameters, Config(layout)), golden);
        using var batch = Batch(golden, layout);

        var output = encoder.Forward(batch, ForwardMode.Evaluation);
        (output * Tensor(golden["direction"])).sum().backward();

        AssertClose(golden["output"], (output * batch.PieceMask().unsqueeze(-1)).data<float>().ToArray(), "output");
        foreach (var parameter in parameters.Items)
        {
            var gradient = parameter.Value.grad!.data<float>().ToArray();
            var part = gradient.Length / parameter.StoredNames.Count;
            foreach (var (i, stored) in parameter.StoredNames.Index())
            {
                AssertClose(golden["grad." + stored], gradient.AsSpan(i * part, part), stored);
            }
        }
    }

    [Fact]
    public void Forward_in_bfloat16_is_near_float32()
    {
        using var scope = NewDisposeScope();
        using var golden = SafetensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "Golden", "bert.safetensors"));
        using var parameters = new ParameterSet(new Random(1));
        var encoder = Fill(new Encoder(parameters, Config(EncoderLayout.Bert)), golden);
        using var batch = Batch(golden, EncoderLayout.Bert);

        var output = encoder.Forward(batch, new(Precision.BFloat16));
        (output * Tensor(golden["direction"])).sum().backward();

        AssertClose(golden["output"], (output * batch.PieceMask().unsqueeze(-1)).data<float>().ToArray(), "output", 0.05);
        Assert.All(parameters.Items, parameter => Assert.Equal(ScalarType.Float32, parameter.Value.grad!.dtype));
    }

    private static ModelConfig Config(EncoderLayout layout) => new()
    {
        Layout = layout,
        VocabularySize = 30,
        HiddenSize = 16,
        Layers = 2,
        Heads = 2,
        FeedForwardSize = 24,
        MaxPositions = 20,
        TokenTypes = layout switch { EncoderLayout.Bert => 2, EncoderLayout.Roberta => 1, _ => 0 },
        LayerNormEpsilon = layout == EncoderLayout.DistilBert ? 1e-12 : 1e-5,
        PadId = layout == EncoderLayout.Roberta ? 1 : 0,
        Activation = layout == EncoderLayout.Roberta ? "gelu_new" : "gelu",
    };

    private static Encoder Fill(Encoder encoder, SafetensorsFile golden)
    {
        foreach (var parameter in encoder.Parameters)
        {
            foreach (var (part, stored) in parameter.StoredNames.Index())
            {
                TensorStorage.Fill(parameter, part, golden["model." + stored], golden.FilePath);
            }
        }

        return encoder;
    }

    private static TokenBatch Batch(SafetensorsFile golden, EncoderLayout layout)
    {
        var lengths = Integers(golden["lengths"]);
        return TokenBatch.From(
            Rows(golden["ids"], lengths), layout == EncoderLayout.Roberta ? 1 : 0, layout == EncoderLayout.Bert ? Rows(golden["types"], lengths) : null);
    }

    private static int[][] Rows(StoredTensor tensor, int[] lengths) =>
        [.. Integers(tensor).Chunk((int)tensor.Shape[1]).Zip(lengths, (row, length) => row[..length])];

    private static int[] Integers(StoredTensor tensor) => [.. MemoryMarshal.Cast<byte, long>(tensor.Bytes.Span).ToArray().Select(value => (int)value)];

    private static Tensor Tensor(StoredTensor stored) => tensor(stored.ToFloat32(), [.. stored.Shape]);

    /// <summary>
    /// Compares relative to the largest number of the tensor: what cancels to nearly 0 has the error of what it came from. The gradients
    /// of key biases cancel wholly (softmax does not see a shift), so that below 0.05 the error counts relative to that.
    /// </summary>
    private static void AssertClose(StoredTensor expected, ReadOnlySpan<float> actual, string name, double tolerance = 1e-4)
    {
        var values = MemoryMarshal.Cast<byte, double>(expected.Bytes.Span);
        Assert.Equal(values.Length, actual.Length);
        var (largest, difference) = (0.0, 0.0);
        for (var i = 0; i < values.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(values[i]));
            difference = Math.Max(difference, Math.Abs(values[i] - actual[i]));
        }

        Assert.True(largest > 0 && difference <= tolerance * Math.Max(largest, 0.05), $"{name}: off by {difference:g3} of {largest:g3}");
    }
}
