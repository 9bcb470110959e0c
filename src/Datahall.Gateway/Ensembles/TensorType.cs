namespace Datahall.Gateway.Ensembles;

/// <summary>A datatype of the Open Inference Protocol.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Size">The bytes of a value in binary form; 0: it varies.</param>
/// <param name="Kind">What its values are.</param>
internal sealed record TensorType(string Name, int Size, TensorKind Kind)
{
    private static readonly TensorType[] all =
    [
        new("FP32", 4, TensorKind.Real), new("FP64", 8, TensorKind.Real), new("FP16", 2, TensorKind.Real), new("BF16", 2, TensorKind.Real),
        new("INT8", 1, TensorKind.Integer), new("INT16", 2, TensorKind.Integer), new("INT32", 4, TensorKind.Integer), new("INT64", 8, TensorKind.Integer),
        new("UINT8", 1, TensorKind.Integer), new("UINT16", 2, TensorKind.Integer), new("UINT32", 4, TensorKind.Integer), new("UINT64", 8, TensorKind.Integer),
        new("BOOL", 1, TensorKind.Integer), new("BYTES", 0, TensorKind.Text),
    ];

    /// <summary>Finds a datatype.</summary>
    /// <exception cref="InferenceFormatException">There is none of that name.</exception>
    public static TensorType Of(string name) =>
        Array.Find(all, type => type.Name == name) ?? throw new InferenceFormatException($"datatype {name} is not one of the protocol's");
}

/// <summary>What the values of a datatype are.</summary>
internal enum TensorKind
{
    /// <summary>Real numbers.</summary>
    Real,

    /// <summary>Whole numbers and truth values.</summary>
    Integer,

    /// <summary>Strings of bytes.</summary>
    Text,
}

/// <summary>An answer is not what the Open Inference Protocol says.</summary>
internal sealed class InferenceFormatException(string message) : Exception(message);
