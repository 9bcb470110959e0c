using Datahall.Learning.Files;

namespace Datahall.Learning.Surface;

/// <summary>The surface layer of a text classifier without TorchSharp, for its ONNX model: that one has the encoder's scores only.</summary>
internal sealed class TextScorer
{
    private readonly float[] weights;
    private readonly int labels;

    private TextScorer(float[] weights, int labels) => (this.weights, this.labels) = (weights, labels);

    /// <summary>The layer of a model's folder; null when the model has none.</summary>
    public static TextScorer? Load(string folder, ModelConfig config)
    {
        if (!TextSurface.IsIn(config))
        {
            return null;
        }

        using var file = SafetensorsFile.OpenFolder(folder);
        return new(file["surface.weight"].ToFloat32(), config.Labels.Count);
    }

    /// <summary>Adds the scores of a text. Shape [labels].</summary>
    public void Add(string text, string? pair, Span<float> scores)
    {
        var features = TextFeatures.Of(text, pair);
        var scale = TextSurface.ScaleOf(features.Length);
        foreach (var feature in features)
        {
            var row = weights.AsSpan(feature * labels, labels);
            for (var label = 0; label < labels; label++)
            {
                scores[label] += scale * row[label];
            }
        }
    }
}

/// <summary>Whether text classifiers have a surface layer, and how it weighs a text's features.</summary>
internal static class TextSurface
{
    private const string Key = "datahall_text_surface";

    /// <summary>Whether a config says so.</summary>
    public static bool IsIn(ModelConfig config) => config.Extra[Key]?.GetValue<bool>() ?? false;

    /// <summary>The config that says so.</summary>
    public static ModelConfig Write(ModelConfig config)
    {
        var extra = config.Extra.DeepClone().AsObject();
        extra[Key] = true;
        return config with { Extra = extra };
    }

    /// <summary>What each feature counts, so that long and short texts weigh alike: vectors of length 1.</summary>
    public static float ScaleOf(int features) => 1 / MathF.Sqrt(features);
}
