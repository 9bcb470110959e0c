using System.Numerics;

namespace Datahall.Monitoring.Series;

/// <summary>How a block of integers is written: each in as many bits as the widest needs above a common base (frame of reference).</summary>
/// <param name="Deltas">Whether the differences between neighbours are written, instead of the values.</param>
/// <param name="Base">The smallest of what is written; of values, above the one before the block.</param>
/// <param name="Shift">Low bits that are zero in all, and left out: pages of memory, blocks of disk.</param>
/// <param name="Width">Bits of each.</param>
/// <remarks>
/// Deltas above their smallest are the delta-of-delta of Gorilla (Pelkonen et al., VLDB 2015) with the base in its place: a counter of constant
/// rate takes no bits. Noise around a level takes less as values than as deltas, whose spread is √2 as wide. A normal distribution needs about as
/// many bits this way in blocks of 16 as its entropy says: the widest of 16 is 3.5 standard deviations from the smallest.
/// </remarks>
internal readonly record struct IntegerPacking(bool Deltas, long Base, int Shift, int Width)
{
    /// <summary>The shorter of both ways.</summary>
    public static IntegerPacking Choose(ReadOnlySpan<long> values, long previous)
    {
        var (asValues, asDeltas) = (OfValues(values, previous), OfDeltas(values, previous));
        return asDeltas.Bits(values.Length) < asValues.Bits(values.Length) ? asDeltas : asValues;
    }

    public static IntegerPacking OfDeltas(ReadOnlySpan<long> values, long previous)
    {
        var (min, max) = (long.MaxValue, long.MinValue);
        var before = previous;
        foreach (var value in values)
        {
            (min, max) = (Math.Min(min, value - before), Math.Max(max, value - before));
            before = value;
        }

        ulong seen = 0;
        before = previous;
        foreach (var value in values)
        {
            seen |= (ulong)(value - before - min);
            before = value;
        }

        return Of(true, min, max - min, seen);
    }

    public void Write(ref BlockWriter writer, scoped ReadOnlySpan<long> values, long previous)
    {
        writer.WriteVarint(Base);
        if (Width == 0)
        {
            return;
        }

        var origin = Deltas ? Base : previous + Base;
        var before = previous;
        foreach (var value in values)
        {
            writer.WriteBits((ulong)((Deltas ? value - before : value) - origin) >> Shift, Width);
            before = value;
        }

        writer.AlignToByte();
    }

    /// <summary>Reads what was written by the same way, width and shift.</summary>
    public static void Read(ref PageReader reader, bool deltas, int shift, int width, long previous, scoped Span<long> into)
    {
        var origin = reader.ReadVarint();
        var before = previous;
        for (var i = 0; i < into.Length; i++)
        {
            var above = origin + (width == 0 ? 0 : (long)(reader.ReadBits(width) << shift));
            before = into[i] = (deltas ? before : previous) + above;
        }

        reader.AlignToByte();
    }

    private static IntegerPacking OfValues(ReadOnlySpan<long> values, long previous)
    {
        var (min, max) = (long.MaxValue, long.MinValue);
        foreach (var value in values)
        {
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
        }

        ulong seen = 0;
        foreach (var value in values)
        {
            seen |= (ulong)(value - min);
        }

        return Of(false, min - previous, max - min, seen);
    }

    private static IntegerPacking Of(bool deltas, long smallest, long range, ulong seen)
    {
        var shift = seen == 0 ? 0 : BitOperations.TrailingZeroCount(seen);
        shift = shift < 4 ? 0 : shift; // It takes a byte to say.
        return new(deltas, smallest, shift, 64 - BitOperations.LeadingZeroCount((ulong)range >> shift));
    }

    private int Bits(int count)
    {
        var zigzag = (ulong)(Base << 1) ^ (ulong)(Base >> 63);
        return (count * Width) + (Shift == 0 ? 0 : 8) + (8 * Math.Max(1, (70 - BitOperations.LeadingZeroCount(zigzag)) / 7));
    }
}
