using System.Runtime.InteropServices;

namespace Datahall.Learning.Files;

/// <summary>A named tensor as it lies in a file: row-major, little-endian.</summary>
/// <param name="Name">Its name, unique within a model.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its dimensions, outermost first; empty for a scalar.</param>
/// <param name="Bytes">Its elements. Those of an opened file are mapped memory: they end with the file's disposal.</param>
internal sealed record StoredTensor(string Name, TensorType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));

    /// <summary>A float32 tensor of these values.</summary>
    /// <exception cref="ArgumentException">The values are not as many as the shape says.</exception>
    public static StoredTensor Float32(string name, IReadOnlyList<long> shape, ReadOnlySpan<float> values)
    {
        var tensor = new StoredTensor(name, TensorType.Float32, shape, MemoryMarshal.AsBytes(values).ToArray());
        return tensor.Count == values.Length
            ? tensor
            : throw new ArgumentException($"{name} has {values.Length} values, its shape {Text(shape)} says {tensor.Count}");
    }

    /// <summary>A copy of the values as float32, from float32, float64, float16 or bfloat16.</summary>
    /// <exception cref="LearningException">The elements are no floating-point numbers.</exception>
    public float[] ToFloat32()
    {
        var values = new float[Count];
        var bytes = Bytes.Span;
        switch (Type)
        {
            case TensorType.Float32:
                bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
                break;
            case TensorType.Float64:
                Convert(MemoryMarshal.Cast<byte, double>(bytes), values, static x => (float)x);
                break;
            case TensorType.Float16:
                Convert(MemoryMarshal.Cast<byte, Half>(bytes), values, static x => (float)x);
                break;
            case TensorType.BFloat16:
                Convert(MemoryMarshal.Cast<byte, ushort>(bytes), values, static x => BitConverter.Int32BitsToSingle(x << 16));
                break;
            default:
                throw new LearningException($"tensor {Name} has elements of type {Type.SafetensorsName}; floating-point numbers are needed here");
        }

        return values;
    }

    /// <summary>A shape as messages write it, such as <c>[768, 3072]</c>.</summary>
    internal static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    private static void Convert<T>(ReadOnlySpan<T> from, Span<float> to, Func<T, float> convert)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = convert(from[i]);
        }
    }
}
