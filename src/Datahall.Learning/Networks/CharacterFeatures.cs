using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>A convolution over the characters of a word and the maximum of each filter. Source: Ma and Hovy 2016, section 2.1.</summary>
internal sealed class CharacterFeatures
{
    private const int Pad = 0;
    private const int Unknown = 1;
    private readonly CharacterOptions options;
    private readonly Dictionary<char, int> ids;
    private readonly Parameter table;
    private readonly Parameter filters;
    private readonly Parameter bias;

    public CharacterFeatures(ParameterSet parameters, CharacterOptions options)
    {
        if (options.Kernel < 1 || options.Kernel % 2 == 0)
        {
            throw new LearningException($"character filters see {options.Kernel} characters; an odd number is needed");
        }

        this.options = options;
        ids = options.Alphabet.Index().ToDictionary(pair => pair.Item, pair => pair.Index + 2);
        table = parameters.Add("characters.embeddings.weight", Initial.FanIn, ids.Count + 2, options.Width);
        filters = parameters.Add("characters.convolution.weight", Initial.FanIn, options.Filters, options.Width, options.Kernel);
        bias = parameters.Add("characters.convolution.bias", Initial.Zeros, options.Filters);
    }

    /// <summary>What it adds to the width of a word's vector.</summary>
    public int Width => options.Filters;

    /// <summary>The character ids of words, int64 [words, characters].</summary>
    public Tensor Encode(IReadOnlyList<string> words)
    {
        var length = Math.Max(1, Math.Min(options.Longest, words.Max(word => word.Length)));
        var values = new long[words.Count * length];
        foreach (var (i, word) in words.Index())
        {
            for (var k = 0; k < Math.Min(length, word.Length); k++)
            {
                values[i * length + k] = ids.GetValueOrDefault(word[k], Unknown);
            }
        }

        return tensor(values, [words.Count, length]);
    }

    /// <summary>The features of words, float32 [words, filters].</summary>
    public Tensor Forward(Tensor characters)
    {
        // Padding contributes zeros, so that a word's features do not depend on the longest word of its batch.
        var present = characters.not_equal(Pad).to(ScalarType.Float32).unsqueeze(-1);
        var vectors = table.index_select(0, characters.view(-1)).view(characters.shape[0], characters.shape[1], options.Width) * present;
        var padded = nn.functional.pad(vectors, [0, 0, options.Kernel / 2, options.Kernel / 2]);
        var windows = padded.unfold(1, options.Kernel, 1).reshape(-1, options.Width * options.Kernel);
        var filtered = nn.functional.linear(windows, filters.view(options.Filters, -1), bias).view(characters.shape[0], characters.shape[1], options.Filters);
        using var least = float.NegativeInfinity.ToScalar();
        return filtered.masked_fill(present.logical_not(), least).amax([1]).relu();
    }
}
