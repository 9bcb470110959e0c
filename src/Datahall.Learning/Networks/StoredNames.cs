using Datahall.Learning.Files;

namespace Datahall.Learning.Networks;

/// <summary>Finds the tensors of a file under the names that different versions and heads gave them.</summary>
internal sealed class StoredNames(SafetensorsFile file, string prefix)
{
    /// <summary>Counters, and what older versions wrote although it is tied to another tensor.</summary>
    private static readonly string[] repeated =
    [
        "position_ids", "cls.predictions.decoder.weight", "cls.predictions.decoder.bias", "lm_head.decoder.weight", "lm_head.decoder.bias",
        "vocab_projector.weight",
    ];

    private readonly HashSet<string> read = [];

    /// <summary>The tensor with or without the encoder's prefix, also under the older names of layer normalisation; null when it is not there.</summary>
    public StoredTensor? Find(string name)
    {
        var bare = name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
        foreach (var candidate in (ReadOnlySpan<string>)[name, prefix + bare, bare, prefix + Older(bare), Older(bare)])
        {
            if (file.Tensors.TryGetValue(candidate, out var stored))
            {
                read.Add(candidate);
                return stored;
            }
        }

        return null;
    }

    /// <summary>Names that nothing asked for, in order, without those that say nothing new.</summary>
    public IReadOnlyList<string> Unread() =>
        [.. file.Tensors.Keys.Where(name => !read.Contains(name) && !repeated.Any(name.EndsWith)).Order(StringComparer.Ordinal)];

    /// <summary>What the file has instead.</summary>
    public string Hint(string name)
    {
        var last = name[(name.LastIndexOf('.') + 1)..];
        var alike = file.Tensors.Keys.Order(StringComparer.Ordinal).Where(other => other.EndsWith(last, StringComparison.Ordinal)).Take(3);
        return $"it has {file.Tensors.Count} tensors, such as {string.Join(", ", alike)}";
    }

    private static string Older(string name) => name
        .Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
        .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal);
}
