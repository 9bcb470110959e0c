using System.Text.RegularExpressions;
using Datahall.Learning.Files;

namespace Datahall.Learning.Networks;

/// <summary>An encoder with a head. It owns its parameters.</summary>
internal abstract class EncoderModel : IDisposable
{
    private readonly List<LoraAdapter> adapters = [];

    /// <summary>Makes the encoder with random weights; the derived class adds its head.</summary>
    protected EncoderModel(ModelConfig config, Random random)
    {
        Natives.NativeLibraries.Prepare();
        Config = config;
        Parameters = new(random, config.InitializerRange);
        Encoder = new(Parameters, config);
    }

    /// <summary>The shape of the encoder and the labels of the head.</summary>
    public ModelConfig Config { get; protected init; }

    /// <summary>Whether there is a head: then files have the layout's prefix before the encoder's names.</summary>
    public bool HasHead => Parameters.Items.Count > Encoder.Parameters.Count;

    /// <summary>The encoder.</summary>
    public Encoder Encoder { get; }

    /// <summary>All parameters: the encoder's, the head's, the adapters'.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The adapters in the order of the layers; empty without <see cref="AddAdapters"/>.</summary>
    public IReadOnlyList<LoraAdapter> Adapters => adapters;

    /// <summary>Freezes the encoder and adds low-rank adapters to the layers that the settings name.</summary>
    /// <exception cref="LearningException">A pattern fits no layer, or the rank is not positive.</exception>
    public void AddAdapters(LoraSettings settings)
    {
        if (settings.Rank < 1)
        {
            throw new LearningException($"the rank of the adapters is {settings.Rank}; it must be at least 1");
        }

        foreach (var parameter in Encoder.Parameters)
        {
            parameter.IsFrozen = true;
        }

        Regex[] patterns = [.. settings.Layers.Select(NamePattern.Parse)];
        var fitted = new bool[patterns.Length];
        foreach (var linear in Encoder.Linears)
        {
            foreach (var (product, name) in linear.Names.Index())
            {
                var fitting = Array.FindIndex(patterns, pattern => pattern.IsMatch(name));
                if (fitting >= 0)
                {
                    fitted[fitting] = true;
                    adapters.Add(new(Parameters, name, linear.Inputs, linear.Outputs, settings));
                    linear.Adapt(product, adapters[^1]);
                }
            }
        }

        var unused = Array.IndexOf(fitted, false);
        if (unused >= 0)
        {
            throw new LearningException(
                $"no layer fits the adapter pattern {settings.Layers[unused]}; layers are such as {Encoder.Linears.First().Names[0]}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Parameters.Dispose();
}
