using Datahall.Learning.Files;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Copies parameters to stored tensors and back.</summary>
internal static class TensorStorage
{
    /// <summary>The parameter as a file stores it: one tensor, or its parts along the first dimension.</summary>
    public static IEnumerable<StoredTensor> Store(ModelParameter parameter)
    {
        using var scope = NewDisposeScope();
        var bytes = parameter.Value.detach().cpu().contiguous().bytes.ToArray();
        var shape = PartShape(parameter);
        var partBytes = bytes.Length / parameter.StoredNames.Count;
        return parameter.StoredNames.Select((name, part) =>
            new StoredTensor(name, TensorType.Float32, shape, bytes.AsMemory(part * partBytes, partBytes)));
    }

    /// <summary>Fills one part of a parameter.</summary>
    /// <exception cref="LearningException">The stored tensor has another shape.</exception>
    public static void Fill(ModelParameter parameter, int part, StoredTensor stored, string file)
    {
        var shape = PartShape(parameter);
        if (!stored.Shape.SequenceEqual(shape))
        {
            throw new LearningException(
                $"{file}: tensor {stored.Name} has the shape {StoredTensor.Text(stored.Shape)}, the model wants {StoredTensor.Text(shape)}; "
                + "config.json and the weights are of two models, or the labels were changed");
        }

        using var none = no_grad();
        using var scope = NewDisposeScope();
        parameter.Value.narrow(0, part * shape[0], shape[0]).copy_(tensor(stored.ToFloat32(), shape));
    }

    /// <summary>The shape of each stored part of a parameter.</summary>
    public static long[] PartShape(ModelParameter parameter)
    {
        var shape = parameter.Value.shape;
        shape[0] /= parameter.StoredNames.Count;
        return shape;
    }
}
