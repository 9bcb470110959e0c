using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Layer normalisation over the last dimension. Source: Ba, Kiros and Hinton 2016.</summary>
internal sealed class LayerNorm(ParameterSet parameters, string name, int width, double epsilon)
{
    private readonly long[] shape = [width];
    private readonly Parameter gain = parameters.Add(name + ".weight", Initial.Ones, width);
    private readonly Parameter bias = parameters.Add(name + ".bias", Initial.Zeros, width);

    /// <summary>Normalises a float32 input.</summary>
    public Tensor Forward(Tensor input) => nn.functional.layer_norm(input, shape, gain, bias, epsilon);
}
