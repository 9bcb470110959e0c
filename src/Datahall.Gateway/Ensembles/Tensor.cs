namespace Datahall.Gateway.Ensembles;

/// <summary>An output of a model, by the Open Inference Protocol: name, datatype, shape, and values in row-major order.</summary>
internal sealed class Tensor
{
    private Tensor(string name, TensorType type, long[] shape, bool isBinary, Array values)
    {
        (Name, Type, Shape, IsBinary) = (name, type, shape, isBinary);
        (Reals, Integers, Texts) = (values as double[] ?? [], values as long[] ?? [], values as byte[][] ?? []);
    }

    public string Name { get; }

    public TensorType Type { get; }

    public long[] Shape { get; }

    /// <summary>Whether its values stand behind the JSON, not in it.</summary>
    public bool IsBinary { get; }

    /// <summary>The values of FP16, BF16, FP32 and FP64.</summary>
    public double[] Reals { get; }

    /// <summary>The values of INT8 to INT64, UINT8 to UINT64 (the largest as the same bits) and BOOL (0 and 1).</summary>
    public long[] Integers { get; }

    /// <summary>The values of BYTES.</summary>
    public byte[][] Texts { get; }

    /// <summary>How many values a row has: the last dimension.</summary>
    public int RowLength => Shape.Length == 0 ? 1 : (int)Shape[^1];

    /// <summary>Two tensors can be combined when this is the same.</summary>
    public string Signature => $"{Name} {Type.Name} [{string.Join(',', Shape)}]";

    public static Tensor Of(string name, TensorType type, long[] shape, bool isBinary, Array values) => new(name, type, shape, isBinary, values);

    public Tensor With(Array values) => new(Name, Type, Shape, IsBinary, values);

    /// <summary>How many values a shape stands for.</summary>
    /// <exception cref="InferenceFormatException">A dimension is negative, or there are too many.</exception>
    public static int CountOf(string name, long[] shape)
    {
        var count = 1L;
        foreach (var dimension in shape)
        {
            count = dimension < 0 || (dimension > 0 && count > Array.MaxLength / dimension) ? -1 : count * dimension;
            if (count < 0)
            {
                throw new InferenceFormatException($"output {name} has the shape [{string.Join(',', shape)}], which is none");
            }
        }

        return (int)count;
    }
}
