using System.Numerics;

namespace Datahall.Monitoring.Series;

/// <summary>Doubles as the bits in which each differs from the one before. Source: Pelkonen et al., Gorilla, VLDB 2015, section 4.1.2.</summary>
internal static class XorBlock
{
    private const int CountBits = 6;

    public static void Write(ref BlockWriter writer, double previous, scoped ReadOnlySpan<double> values)
    {
        var before = BitConverter.DoubleToUInt64Bits(previous);
        var (shift, width) = (0, 0);
        foreach (var value in values)
        {
            var bits = BitConverter.DoubleToUInt64Bits(value);
            var difference = bits ^ before;
            before = bits;
            if (difference == 0)
            {
                writer.WriteBits(0, 1);
                continue;
            }

            var (low, high) = (BitOperations.TrailingZeroCount(difference), 64 - BitOperations.LeadingZeroCount(difference));
            if (width > 0 && low >= shift && high <= shift + width)
            {
                writer.WriteBits(0b01, 2); // Within the window of the last one.
            }
            else
            {
                (shift, width) = (low, high - low);
                writer.WriteBits(0b11, 2);
                writer.WriteBits((ulong)shift, CountBits);
                writer.WriteBits((ulong)(width - 1), CountBits);
            }

            writer.WriteBits(difference >> shift, width);
        }

        writer.AlignToByte();
    }

    public static void Read(ref PageReader reader, double previous, scoped Span<double> values)
    {
        var bits = BitConverter.DoubleToUInt64Bits(previous);
        var (shift, width) = (0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            if (reader.ReadBits(1) == 1)
            {
                if (reader.ReadBits(1) == 1)
                {
                    shift = (int)reader.ReadBits(CountBits);
                    width = (int)reader.ReadBits(CountBits) + 1;
                }

                bits ^= reader.ReadBits(width) << shift;
            }

            values[i] = BitConverter.UInt64BitsToDouble(bits);
        }

        reader.AlignToByte();
    }
}
