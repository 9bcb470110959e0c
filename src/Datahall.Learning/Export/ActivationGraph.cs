namespace Datahall.Learning.Export;

/// <summary>The activations of configs as operators, with the bias before them.</summary>
internal static class ActivationGraph
{
    /// <exception cref="LearningException">The name is not known.</exception>
    public static string Add(OnnxGraph graph, string name, string input, string bias) => name switch
    {
        "gelu" => graph.AddFused("BiasGelu", [input, bias]),
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => graph.AddFused("FastGelu", [input, bias]),
        "relu" => graph.Add("Relu", [graph.Add("Add", [input, bias])]),
        "tanh" => graph.Add("Tanh", [graph.Add("Add", [input, bias])]),
        _ => throw new LearningException($"the config's activation is {name}; gelu, gelu_new, gelu_pytorch_tanh, relu and tanh are known"),
    };
}
