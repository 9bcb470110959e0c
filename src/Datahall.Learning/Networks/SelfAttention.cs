using Datahall.Learning.Files;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Multi-head self-attention. Source: Vaswani et al. 2017, section 3.2.</summary>
internal sealed class SelfAttention
{
    private readonly int heads;
    private readonly int headSize;
    private readonly double dropout;
    private readonly Linear input;
    private readonly Linear output;

    public SelfAttention(ParameterSet parameters, ModelConfig config, int layer, Func<string, string> name)
    {
        var names = LayoutNames.Of(config.Layout);
        (heads, headSize, dropout) = (config.HeadsOf(layer), config.HeadSize, config.AttentionDropout);
        input = new(parameters, [.. names.QueryKeyValue.Select(name)], config.HiddenSize, heads * headSize);
        output = new(parameters, [name(names.AttentionOutput)], heads * headSize, config.HiddenSize);
    }

    /// <summary>The linear maps, for adapters.</summary>
    public IEnumerable<Linear> Linears => [input, output];

    /// <summary>Attends within each row of a batch, [batch, length, hidden].</summary>
    public Tensor Forward(Tensor hidden, Tensor? mask, ForwardMode mode)
    {
        var (batch, length) = (hidden.shape[0], hidden.shape[1]);
        // Unbound in one step: its gradient is one stack, where three indexings would each fill a whole tensor and add them up.
        var fused = input.Forward(hidden, mode).view([batch, length, 3, heads, headSize]).permute(2, 0, 3, 1, 4).unbind(0);
        var (query, key, value) = (fused[0], fused[1], fused[2]);
        var context = mode.Dropout is { } masks && dropout > 0
            ? WithDropout(query, key, value, mask, masks)
            : nn.functional.scaled_dot_product_attention(query, key, value, mask?.to(query.dtype));
        return output.Forward(context.transpose(1, 2).reshape(batch, length, heads * headSize), mode);
    }

    /// <summary>Step by step: the fused kernel takes no mask from outside, and libtorch's own draws one element after another.</summary>
    private Tensor WithDropout(Tensor query, Tensor key, Tensor value, Tensor? mask, DropoutMasks masks)
    {
        var scores = query.Times(1 / Math.Sqrt(headSize)).matmul(key.transpose(-2, -1));
        var probabilities = (mask is null ? scores : scores.Plus(mask)).softmax(-1, ScalarType.Float32);
        return masks.Apply(probabilities, dropout).to(value.dtype).matmul(value);
    }
}
