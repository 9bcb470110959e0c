using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>A low-rank addition to a weight: W + (alpha / rank) · Up · Down. Source: Hu et al. 2021, LoRA, section 4.1.</summary>
/// <remarks>Down is drawn at random, Up is all 0, so that training starts from the unchanged model.</remarks>
internal sealed class LoraAdapter(ParameterSet parameters, string name, int inputs, int outputs, LoraSettings settings)
{
    /// <summary>The matrix applied first, float32 [rank, inputs].</summary>
    public Parameter Down { get; } = parameters.Add(name + ".lora_A.weight", Initial.FanIn, settings.Rank, inputs);

    /// <summary>The matrix applied second, float32 [outputs, rank].</summary>
    public Parameter Up { get; } = parameters.Add(name + ".lora_B.weight", Initial.Zeros, outputs, settings.Rank);

    private double Scale => settings.Alpha / settings.Rank;

    /// <summary>What it adds to the layer's output.</summary>
    public Tensor Forward(Tensor input, ForwardMode mode) => Linear.Product(Linear.Product(input, Down, null, mode), Up, null, mode).Times(Scale);

    /// <summary>What it adds to the layer's weight.</summary>
    public Tensor Delta() => Up.matmul(Down).Times(Scale);
}

/// <summary>Which layers get adapters, and how large.</summary>
/// <param name="Rank">The rank of the addition, at least 1.</param>
/// <param name="Alpha">The addition is scaled by alpha / rank.</param>
/// <param name="Layers">Patterns of the stored names of layers, such as <c>*.query</c>; <c>*</c> stands for any characters.</param>
internal sealed record LoraSettings(int Rank, double Alpha, IReadOnlyList<string> Layers);
