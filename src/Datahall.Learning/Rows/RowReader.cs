using System.Runtime.InteropServices;
using System.Text;

namespace Datahall.Learning.Rows;

/// <summary>Reads what <see cref="RowWriter"/> wrote, in the same order.</summary>
internal ref struct RowReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>A number.</summary>
    public int ReadInt()
    {
        var (value, shift) = (0u, 0);
        while (rest[0] >= 0x80)
        {
            value |= (uint)(rest[0] & 0x7F) << shift;
            shift += 7;
            rest = rest[1..];
        }

        value |= (uint)rest[0] << shift;
        rest = rest[1..];
        return (int)value;
    }

    /// <summary>Text.</summary>
    public string ReadText() => Encoding.UTF8.GetString(Take(ReadInt()));

    /// <summary>Numbers.</summary>
    public int[] ReadInts()
    {
        var values = new int[ReadInt()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ReadInt();
        }

        return values;
    }

    /// <summary>Numbers.</summary>
    public float[] ReadFloats()
    {
        var values = new float[ReadInt()];
        Take(values.Length * sizeof(float)).CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>A number.</summary>
    public double ReadDouble() => MemoryMarshal.Read<double>(Take(sizeof(double)));

    private ReadOnlySpan<byte> Take(int length)
    {
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
