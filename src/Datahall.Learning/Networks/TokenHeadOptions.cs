using System.Text.Json.Nodes;
using Datahall.Learning.Files;

namespace Datahall.Learning.Networks;

/// <summary>What a token classifier has beyond a linear map. Kept in <c>config.json</c> under <c>datahall_token_head</c>.</summary>
/// <param name="Crf">Whether it scores transitions between labels.</param>
/// <param name="Characters">The character features; null for none.</param>
/// <param name="Surface">Whether a linear layer also sees the words' surface.</param>
internal sealed record TokenHeadOptions(bool Crf = false, CharacterOptions? Characters = null, bool Surface = false)
{
    private const string Key = "datahall_token_head";

    /// <summary>The options a config was saved with; none when it has none.</summary>
    public static TokenHeadOptions Read(ModelConfig config)
    {
        var json = config.Extra[Key] as JsonObject;
        var characters = json?["characters"] as JsonObject;
        return new(
            json?["crf"]?.GetValue<bool>() ?? false,
            characters is null
                ? null
                : new(
                    characters["alphabet"]!.GetValue<string>(), characters["width"]!.GetValue<int>(), characters["filters"]!.GetValue<int>(),
                    characters["kernel"]!.GetValue<int>(), characters["longest"]!.GetValue<int>()),
            json?["surface"]?.GetValue<bool>() ?? false);
    }

    /// <summary>The config with these options in it.</summary>
    public ModelConfig Write(ModelConfig config)
    {
        var extra = config.Extra.DeepClone().AsObject();
        extra.Remove(Key);
        if (Crf || Surface || Characters is not null)
        {
            extra[Key] = new JsonObject
            {
                ["crf"] = Crf,
                ["surface"] = Surface,
                ["characters"] = Characters is not { } c
                    ? null
                    : new JsonObject
                    {
                        ["alphabet"] = c.Alphabet,
                        ["width"] = c.Width,
                        ["filters"] = c.Filters,
                        ["kernel"] = c.Kernel,
                        ["longest"] = c.Longest,
                    },
            };
        }

        return config with { Extra = extra };
    }
}
