using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Datahall.Learning.Rows;

/// <summary>Writes rows into memory, small numbers in few bytes.</summary>
internal sealed class RowWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new();

    /// <summary>What was written since it was emptied.</summary>
    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    /// <summary>Begins anew.</summary>
    public void Empty() => buffer.ResetWrittenCount();

    /// <summary>A number in 1 to 5 bytes, 7 bits in each, the low ones first; those below 0 take 5.</summary>
    public void Write(int value)
    {
        var (rest, length) = ((uint)value, 0);
        var span = buffer.GetSpan(5);
        for (; rest >= 0x80; rest >>= 7)
        {
            span[length++] = (byte)(rest | 0x80);
        }

        span[length++] = (byte)rest;
        buffer.Advance(length);
    }

    /// <summary>Text in UTF-8.</summary>
    public void Write(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Write(length);
        buffer.Advance(Encoding.UTF8.GetBytes(text, buffer.GetSpan(length)));
    }

    /// <summary>Numbers, with how many they are.</summary>
    public void Write(ReadOnlySpan<int> values)
    {
        Write(values.Length);
        foreach (var value in values)
        {
            Write(value);
        }
    }

    /// <summary>Numbers as they are in memory, with how many they are.</summary>
    public void Write(ReadOnlySpan<float> values)
    {
        Write(values.Length);
        buffer.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>A number as it is in memory.</summary>
    public void Write(double value) => buffer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<double>(ref value)));
}
