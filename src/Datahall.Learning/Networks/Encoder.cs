using Datahall.Learning.Files;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>The transformer encoder of BERT, RoBERTa and DistilBERT. Sources: Devlin et al. 2018; Liu et al. 2019; Sanh et al. 2019.</summary>
internal sealed class Encoder
{
    private readonly Embeddings embeddings;
    private readonly EncoderLayer[] layers;

    /// <summary>Makes the encoder with random weights.</summary>
    /// <param name="parameters">The set its parameters go into, and which owns them.</param>
    /// <param name="config">Its shape.</param>
    public Encoder(ParameterSet parameters, ModelConfig config)
    {
        Config = config;
        var before = parameters.Items.Count;
        embeddings = new(parameters, config);
        layers = [.. Enumerable.Range(0, config.Layers).Select(layer => new EncoderLayer(parameters, config, layer))];
        Parameters = [.. parameters.Items.Skip(before)];
    }

    /// <summary>Its parameters, without those of heads and adapters.</summary>
    public IReadOnlyList<ModelParameter> Parameters { get; }

    /// <summary>Its shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>The word embeddings, float32 [vocabulary, hidden].</summary>
    public Parameter WordEmbeddings => embeddings.Words;

    /// <summary>All linear maps of the layers, for adapters.</summary>
    public IEnumerable<Linear> Linears => layers.SelectMany(layer => layer.Linears);

    /// <summary>The last hidden state, float32 [batch, length, hidden]. What stands at padding is of no use.</summary>
    public Tensor Forward(TokenBatch batch, ForwardMode mode)
    {
        var mask = batch.AttentionMask();
        var hidden = embeddings.Forward(batch, mode);
        foreach (var layer in layers)
        {
            hidden = layer.Forward(hidden, mask, mode);
        }

        return hidden;
    }
}
