using System.Numerics;

namespace Datahall.Bench.Series;

/// <summary>The peer: one series as Gorilla writes it (Pelkonen et al., VLDB 2015), times as delta of delta, values by XOR, in one growing array.</summary>
internal sealed class GorillaSeries
{
    private byte[] bytes = new byte[64];
    private long time;
    private long delta;
    private ulong value;
    private int leading = -1;
    private int trailing;

    /// <summary>How many bits it takes.</summary>
    public int Bits { get; private set; }

    public void Append(long at, double now)
    {
        WriteTime(at - time - delta);
        (delta, time) = (at - time, at);
        var bits = BitConverter.DoubleToUInt64Bits(now);
        var difference = bits ^ value;
        value = bits;
        if (difference == 0)
        {
            Write(0, 1);
            return;
        }

        var (high, low) = (Math.Min(31, BitOperations.LeadingZeroCount(difference)), BitOperations.TrailingZeroCount(difference));
        if (leading >= 0 && high >= leading && low >= trailing)
        {
            Write(0b10, 2);
        }
        else
        {
            (leading, trailing) = (high, low);
            Write(0b11, 2);
            Write((ulong)leading, 5);
            Write((ulong)(64 - leading - trailing - 1), 6);
        }

        Write(difference >> trailing, 64 - leading - trailing);
    }

    private void WriteTime(long difference)
    {
        switch (difference)
        {
            case 0:
                Write(0, 1);
                break;
            case >= -8191 and <= 8192: // Milliseconds, with the widths that Prometheus gives them.
                Write(0b10, 2);
                Write((ulong)difference & 0x3FFF, 14);
                break;
            case >= -65535 and <= 65536:
                Write(0b110, 3);
                Write((ulong)difference & 0x1FFFF, 17);
                break;
            case >= -524287 and <= 524288:
                Write(0b1110, 4);
                Write((ulong)difference & 0xFFFFF, 20);
                break;
            default:
                Write(0b1111, 4);
                Write((ulong)difference, 64);
                break;
        }
    }

    private void Write(ulong bits, int width)
    {
        if ((Bits + width + 7) / 8 + 8 > bytes.Length)
        {
            Array.Resize(ref bytes, bytes.Length * 2);
        }

        while (width > 0)
        {
            var room = 8 - (Bits & 7);
            var part = Math.Min(room, width);
            width -= part;
            bytes[Bits >> 3] |= (byte)((bits >> width & ((1UL << part) - 1)) << (room - part));
            Bits += part;
        }
    }
}
