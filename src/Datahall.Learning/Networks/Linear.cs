using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>y = x Wᵀ + b, perhaps the fusion of several such products of one input, perhaps with low-rank adapters.</summary>
/// <param name="parameters">The set its parameters go into.</param>
/// <param name="names">The stored name of each fused product, without <c>.weight</c> and <c>.bias</c>.</param>
/// <param name="inputs">The width of x.</param>
/// <param name="outputs">The width of the output of each fused product.</param>
internal sealed class Linear(ParameterSet parameters, IReadOnlyList<string> names, int inputs, int outputs)
{
    private readonly SortedDictionary<int, LoraAdapter> adapters = [];

    /// <summary>The stored names of the fused products.</summary>
    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>The width of the input.</summary>
    public int Inputs { get; } = inputs;

    /// <summary>The width of the output of each fused product.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>W, float32 [products × outputs, inputs].</summary>
    public Parameter Weight { get; } = parameters.Add(
        string.Join('+', names) + ".weight", [.. names.Select(name => name + ".weight")], Initial.Normal, names.Count * outputs, inputs);

    /// <summary>b, float32 [products × outputs].</summary>
    public Parameter Bias { get; } = parameters.Add(
        string.Join('+', names) + ".bias", [.. names.Select(name => name + ".bias")], Initial.Zeros, names.Count * outputs);

    /// <summary>The adapters by the index of their product.</summary>
    public IReadOnlyDictionary<int, LoraAdapter> Adapters => adapters;

    /// <summary>The product in the mode's precision; bfloat16 output when the mode says so.</summary>
    public Tensor Forward(Tensor input, ForwardMode mode)
    {
        if (mode.Precision == Precision.BFloat16)
        {
            input = input.to(ScalarType.BFloat16);
        }

        var output = Product(input, Weight, Bias, mode);
        return adapters.Count == 0 ? output : output.Plus(Adapted(input, output, mode));
    }

    /// <summary>Adds an adapter to one of the fused products.</summary>
    public void Adapt(int product, LoraAdapter adapter) => adapters.Add(product, adapter);

    /// <summary>Runs something with the adapters added to the weight, and puts the weight back as it was, to the bit.</summary>
    public void WhileMerged(Action action)
    {
        if (adapters.Count == 0)
        {
            action();
            return;
        }

        using var none = no_grad();
        using var before = Weight.detach().clone();
        try
        {
            AddAdapters();
            action();
        }
        finally
        {
            Weight.copy_(before);
        }
    }

    /// <summary>x Wᵀ + b with the weight cast to the input's precision; the gradient comes back in float32.</summary>
    internal static Tensor Product(Tensor input, Tensor weight, Tensor? bias, ForwardMode mode) => mode.Precision == Precision.BFloat16
        ? nn.functional.linear(input, weight.to(ScalarType.BFloat16), bias?.to(ScalarType.BFloat16))
        : nn.functional.linear(input, weight, bias);

    private void AddAdapters()
    {
        using var scope = NewDisposeScope();
        foreach (var (product, adapter) in adapters)
        {
            Weight.narrow(0, (long)product * Outputs, Outputs).add_(adapter.Delta(), TensorArithmetic.One);
        }
    }

    private Tensor Adapted(Tensor input, Tensor output, ForwardMode mode)
    {
        var shape = output.shape;
        shape[^1] = Outputs;
        return cat([.. Enumerable.Range(0, Names.Count).Select(product =>
            adapters.TryGetValue(product, out var adapter) ? adapter.Forward(input, mode) : zeros(shape, output.dtype, output.device))], dim: -1);
    }
}
