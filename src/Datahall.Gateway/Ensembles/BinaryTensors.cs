using System.Buffers;
using System.Buffers.Binary;

namespace Datahall.Gateway.Ensembles;

/// <summary>Values of tensors in binary form: little-endian, row-major. Source: Triton's binary tensor data extension of the Open Inference Protocol.</summary>
internal static class BinaryTensors
{
    /// <summary>Reads values.</summary>
    /// <param name="name">The output's name, for messages.</param>
    /// <param name="type">The datatype.</param>
    /// <param name="count">How many.</param>
    /// <param name="bytes">The bytes, all of them.</param>
    /// <exception cref="InferenceFormatException">There are more or fewer bytes than that takes.</exception>
    public static Array Read(string name, TensorType type, int count, ReadOnlySpan<byte> bytes)
    {
        if (type.Kind is TensorKind.Text)
        {
            return ReadTexts(name, count, bytes);
        }

        if (bytes.Length != (long)count * type.Size)
        {
            throw new InferenceFormatException($"output {name} has {bytes.Length} bytes of {type.Name}; {count} values are {(long)count * type.Size}");
        }

        if (type.Kind is TensorKind.Real)
        {
            var reals = new double[count];
            for (var i = 0; i < count; i++)
            {
                reals[i] = ReadReal(type.Name, bytes[(i * type.Size)..]);
            }

            return reals;
        }

        var integers = new long[count];
        for (var i = 0; i < count; i++)
        {
            integers[i] = ReadInteger(type.Name, bytes[(i * type.Size)..]);
        }

        return integers;
    }

    /// <summary>Writes a tensor's values.</summary>
    public static void Write(Tensor tensor, IBufferWriter<byte> to)
    {
        var size = tensor.Type.Size;
        foreach (var value in tensor.Reals)
        {
            WriteReal(tensor.Type.Name, value, to.GetSpan(size));
            to.Advance(size);
        }

        Span<byte> wide = stackalloc byte[8];
        foreach (var value in tensor.Integers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(wide, value);
            to.Write(wide[..size]);
        }

        foreach (var text in tensor.Texts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(wide, text.Length);
            to.Write(wide[..4]);
            to.Write(text);
        }
    }

    private static byte[][] ReadTexts(string name, int count, ReadOnlySpan<byte> bytes)
    {
        // Each takes four bytes at least: what a shape claims must not make memory.
        if ((long)count * 4 > bytes.Length)
        {
            throw new InferenceFormatException($"output {name} has {bytes.Length} bytes; that is too little for {count} strings");
        }

        var texts = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            var length = bytes.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            if (length > bytes.Length - 4)
            {
                throw new InferenceFormatException($"output {name}: string {i} is longer than what is left");
            }

            texts[i] = bytes.Slice(4, (int)length).ToArray();
            bytes = bytes[(4 + (int)length)..];
        }

        return bytes.IsEmpty ? texts : throw new InferenceFormatException($"output {name} has {bytes.Length} bytes more than its {count} strings");
    }

    private static double ReadReal(string type, ReadOnlySpan<byte> bytes) => type switch
    {
        "FP32" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        "FP64" => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        "FP16" => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16), // BF16: the upper half of a FP32.
    };

    private static void WriteReal(string type, double value, Span<byte> to)
    {
        switch (type)
        {
            case "FP32":
                BinaryPrimitives.WriteSingleLittleEndian(to, (float)value);
                break;
            case "FP64":
                BinaryPrimitives.WriteDoubleLittleEndian(to, value);
                break;
            case "FP16":
                BinaryPrimitives.WriteHalfLittleEndian(to, (Half)value);
                break;
            default:
                // To the nearest, ties to even.
                var bits = BitConverter.SingleToUInt32Bits((float)value);
                BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
                break;
        }
    }

    private static long ReadInteger(string type, ReadOnlySpan<byte> bytes) => type switch
    {
        "INT8" => (sbyte)bytes[0],
        "INT16" => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        "INT32" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        "UINT16" => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        "UINT32" => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        "INT64" or "UINT64" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => bytes[0], // UINT8, BOOL.
    };
}
