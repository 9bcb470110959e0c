using Datahall.Learning.Files;
using Datahall.Learning.Networks;

namespace Datahall.Learning.Export;

/// <summary>The weights of a model folder by the names of the layers, with their shapes checked.</summary>
internal sealed class Weights(SafetensorsFile file, ModelConfig config)
{
    private readonly StoredNames names = new(file, LayoutNames.Of(config.Layout).Prefix);

    public bool Has(string name) => names.Find(name) is not null;

    /// <summary>Refuses tensors that nothing asked for: the exported model would lack what they do.</summary>
    /// <exception cref="LearningException">There are some, and they are not of heads that other tasks left behind.</exception>
    public void RefuseUnread()
    {
        string[] leftBehind = ["cls.", "lm_head.", "vocab_", "mlm."];
        var unread = names.Unread().Where(name =>
            !name.Contains("pooler.", StringComparison.Ordinal) && !leftBehind.Any(start => name.StartsWith(start, StringComparison.Ordinal))).ToList();
        if (unread.Count > 0)
        {
            throw new LearningException(
                $"{file.FilePath} has tensors that the model of config.json does not use, such as {unread[0]}; merge adapters, or correct config.json");
        }
    }

    /// <summary>A tensor's values, row-major.</summary>
    /// <exception cref="LearningException">It is not there, or has another shape.</exception>
    public float[] Values(string name, params ReadOnlySpan<long> shape)
    {
        var stored = names.Find(name)
            ?? throw new LearningException($"{file.FilePath} has no tensor {name}, which the model of config.json needs; {names.Hint(name)}");
        if (!stored.Shape.ToArray().AsSpan().SequenceEqual(shape))
        {
            throw new LearningException(
                $"{file.FilePath}: tensor {name} has the shape {StoredTensor.Text(stored.Shape)}, by config.json it must be {StoredTensor.Text(shape.ToArray())}");
        }

        return stored.ToFloat32();
    }

    /// <summary>Linear maps of one input side by side: their weights [outputs, inputs] as one matrix [inputs, all outputs], and their biases.</summary>
    public LinearMap Linear(int inputs, int outputs, params IReadOnlyList<string> layers)
    {
        var total = outputs * layers.Count;
        var matrix = new float[inputs * total];
        var bias = new float[total];
        foreach (var (part, layer) in layers.Index())
        {
            var weights = Values(layer + ".weight", outputs, inputs);
            for (var output = 0; output < outputs; output++)
            {
                for (var input = 0; input < inputs; input++)
                {
                    matrix[(input * total) + (part * outputs) + output] = weights[(output * inputs) + input];
                }
            }

            Values(layer + ".bias", outputs).CopyTo(bias, part * outputs);
        }

        return new LinearMap(layers[0], inputs, total, matrix, bias);
    }
}

/// <summary>A linear map: matrix [inputs, outputs], row-major, and bias [outputs].</summary>
internal sealed record LinearMap(string Name, int Inputs, int Outputs, float[] Matrix, float[] Bias);
