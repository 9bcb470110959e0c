using System.Runtime.InteropServices;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Datahall.Learning.Surface;

/// <summary>Scores labels by the surface of texts: a linear layer over hashed features, of which rare ones count more and each kind (<see cref="TextFeatures.Kinds"/>) has a vector of length 1.</summary>
/// <remarks>Inverse document frequency as scikit-learn's <c>TfidfTransformer</c> has it, smoothed: ln((1 + texts) / (1 + texts that have it)) + 1. What no text of the training has counts nothing.</remarks>
internal sealed class TextSurfaceLayer
{
    private const string Key = "datahall_text_surface";

    private readonly SurfaceLayer layer;
    private readonly Parameter frequencies;

    /// <summary>Makes the layer; no feature counts before <see cref="Weigh"/>.</summary>
    public TextSurfaceLayer(ParameterSet parameters, int labels)
    {
        layer = new(parameters.AddFeatures(SurfaceLayer.WeightsName, TextFeatures.Buckets, labels));
        frequencies = parameters.Add("surface.idf", Initial.Zeros, TextFeatures.Buckets);
        frequencies.requires_grad = false; // It is counted, not learnt.
    }

    /// <summary>Whether a config says that a classifier has such a layer.</summary>
    public static bool IsIn(ModelConfig config) => config.Extra[Key]?.GetValue<bool>() ?? false;

    /// <summary>The config that says so.</summary>
    public static ModelConfig Write(ModelConfig config)
    {
        var extra = config.Extra.DeepClone().AsObject();
        extra[Key] = true;
        return config with { Extra = extra };
    }

    /// <summary>Counts how rare the features are in the texts of a training that counted nothing so far; the others keep what was learnt with them.</summary>
    /// <param name="texts">The features of each.</param>
    public void Weigh(IEnumerable<int[]> texts)
    {
        var (counts, last, count) = (new int[TextFeatures.Buckets], new int[TextFeatures.Buckets], 0);
        foreach (var text in texts)
        {
            count++;
            foreach (var feature in text)
            {
                counts[feature] += last[feature] < count ? 1 : 0;
                last[feature] = count;
            }
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var rarity = tensor([.. counts.Select(having => having == 0 ? 0 : MathF.Log((1f + count) / (1 + having)) + 1)]);
        frequencies.copy_(where(frequencies.logical_not(), rarity, frequencies));
    }

    /// <summary>The score of each label for each text, float32 [texts, labels].</summary>
    /// <param name="texts">The features of each.</param>
    /// <param name="mode">Evaluation or training.</param>
    public Tensor Forward(IReadOnlyList<int[]> texts, ForwardMode mode)
    {
        using var features = SurfaceLayer.Encode(texts);
        return layer.Forward(features, mode, tensor(WeightsOf(texts), [features.Features.shape[0], 1]));
    }

    private float[] WeightsOf(IReadOnlyList<int[]> texts)
    {
        var table = MemoryMarshal.Cast<byte, float>(frequencies.bytes);
        List<float> weights = new(texts.Sum(static text => text.Length));
        var squares = new float[TextFeatures.Kinds];
        foreach (var text in texts)
        {
            Array.Clear(squares);
            foreach (var feature in text)
            {
                squares[TextFeatures.KindOf(feature)] += table[feature] * table[feature];
            }

            foreach (var feature in text)
            {
                weights.Add(table[feature] == 0 ? 0 : table[feature] / MathF.Sqrt(squares[TextFeatures.KindOf(feature)]));
            }
        }

        return [.. weights];
    }
}
