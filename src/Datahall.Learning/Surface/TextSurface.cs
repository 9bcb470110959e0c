using Datahall.Learning.Files;

namespace Datahall.Learning.Surface;

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
