using Datahall.Learning.Files;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>A layer of the encoder: attention and feed-forward, each with a residual sum and a normalisation behind it.</summary>
internal sealed class EncoderLayer
{
    private readonly SelfAttention attention;
    private readonly LayerNorm attentionNorm;
    private readonly Linear feedForwardIn;
    private readonly Linear feedForwardOut;
    private readonly LayerNorm feedForwardNorm;
    private readonly Func<Tensor, Tensor> activation;
    private readonly double dropout;

    public EncoderLayer(ParameterSet parameters, ModelConfig config, int layer)
    {
        var names = LayoutNames.Of(config.Layout);
        dropout = config.Dropout;
        activation = Activations.Find(config.Activation);
        attention = new(parameters, config, layer, Name);
        attentionNorm = new(parameters, Name(names.AttentionNorm), config.HiddenSize, config.LayerNormEpsilon);
        feedForwardIn = new(parameters, [Name(names.FeedForwardIn)], config.HiddenSize, config.FeedForwardOf(layer));
        feedForwardOut = new(parameters, [Name(names.FeedForwardOut)], config.FeedForwardOf(layer), config.HiddenSize);
        feedForwardNorm = new(parameters, Name(names.FeedForwardNorm), config.HiddenSize, config.LayerNormEpsilon);

        string Name(string part) => $"{names.Layers}.{layer}.{part}";
    }

    /// <summary>The linear maps, for adapters.</summary>
    public IEnumerable<Linear> Linears => [.. attention.Linears, feedForwardIn, feedForwardOut];

    /// <summary>The layer's output, float32 [batch, length, hidden].</summary>
    public Tensor Forward(Tensor hidden, Tensor? mask, ForwardMode mode)
    {
        var attended = attentionNorm.Forward(hidden.Plus(Drop(attention.Forward(hidden, mask, mode), mode)));
        var fed = feedForwardOut.Forward(activation(feedForwardIn.Forward(attended, mode)), mode);
        return feedForwardNorm.Forward(attended.Plus(Drop(fed, mode)));
    }

    private Tensor Drop(Tensor output, ForwardMode mode) => mode.Dropout?.Apply(output, dropout) ?? output;
}
