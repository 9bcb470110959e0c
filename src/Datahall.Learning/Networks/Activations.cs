using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Activations by the names that configs use.</summary>
internal static class Activations
{
    /// <summary>The function of that name.</summary>
    /// <exception cref="LearningException">The name is not known.</exception>
    public static Func<Tensor, Tensor> Find(string name) => name switch
    {
        "gelu" => input => input.gelu(), // Hendrycks and Gimpel 2016, with the exact error function
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => input => input.gelu(TorchSharp.Modules.GELU.Approximate.tanh),
        "relu" => input => input.relu(),
        "tanh" => input => input.tanh(),
        _ => throw new LearningException($"the config's activation is {name}; gelu, gelu_new, gelu_pytorch_tanh, relu and tanh are known"),
    };
}
