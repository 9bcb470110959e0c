namespace Datahall.Monitoring.Series;

/// <summary>What the samples before a block were: blocks are written relative to it.</summary>
/// <param name="Time">Of the last sample, in Unix milliseconds.</param>
/// <param name="Step">Between the last two, in milliseconds.</param>
/// <param name="Value">Of the last sample.</param>
internal readonly record struct BlockOrigin(long Time, long Step, double Value);

/// <summary>Sixteen samples of a series, compressed without loss.</summary>
/// <remarks>
/// First byte, from the low bits: 2 bits form, 1 bit whether times are written, 1 bit whether a shift is, 4 bits decimal digits. A run has the
/// number of its blocks in the upper 6 bits instead. Then times (width, shift, packed deltas) unless all are one step apart; then the values. Readings are
/// decimal fractions: 45.3 fills all bits of a double, but is 453 tenths. So values are scaled to integers where each one comes back bit by bit,
/// as in ALP (Afroozeh, Kuffó and Boncz, SIGMOD 2024), and packed. What is no such fraction, or seldom changes, goes by XOR with its neighbour, as in Gorilla.
/// </remarks>
internal static class SampleBlock
{
    /// <summary>Samples of a block.</summary>
    public const int Size = 16;

    /// <summary>The most bytes of a block: times and values of 64 bits each, with their heads.</summary>
    public const int MaxBytes = 320;

    /// <summary>The most blocks of one run.</summary>
    public const int MaxRun = 63;

    private const int FewChanges = 4;
    private const int MaxDigits = 15;
    private const double MaxInteger = 1L << 53;

    private static readonly double[] Powers = [.. Enumerable.Range(0, MaxDigits + 1).Select(static digits => double.Parse($"1e{digits}", System.Globalization.CultureInfo.InvariantCulture))];

    private enum Form
    {
        Run,
        Values,
        Deltas,
        Xor,
    }

    /// <summary>Whether a block would only say what the sample before it said.</summary>
    public static bool IsRun(in BlockOrigin origin, ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        var same = BitConverter.DoubleToInt64Bits(origin.Value);
        foreach (var value in values)
        {
            if (BitConverter.DoubleToInt64Bits(value) != same)
            {
                return false;
            }
        }

        return times.IsEmpty;
    }

    /// <summary>The byte of a run.</summary>
    public static byte Run(int blocks) => (byte)(blocks << 2);

    /// <summary>How many blocks a run has; 0: the byte begins another block.</summary>
    public static int RunOf(byte first) => (Form)(first & 3) is Form.Run ? first >> 2 : 0;

    /// <summary>Writes a block.</summary>
    /// <param name="into">At least <see cref="MaxBytes"/>.</param>
    /// <param name="origin">What was before.</param>
    /// <param name="times">Shape [16]; empty when all are one step apart.</param>
    /// <param name="values">Shape [16].</param>
    /// <returns>How many bytes it took.</returns>
    public static int Write(Span<byte> into, in BlockOrigin origin, ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        var length = WriteScaled(into, origin, times, values);
        if (length == 0)
        {
            return WriteXor(into, origin, times, values);
        }

        // One jump makes all integers of the block wide; XOR then pays for the jump alone.
        if (ChangesOf(origin.Value, values) <= FewChanges)
        {
            Span<byte> other = stackalloc byte[MaxBytes];
            if (WriteXor(other, origin, times, values) is var shorter && shorter < length)
            {
                other[..shorter].CopyTo(into);
                return shorter;
            }
        }

        return length;
    }

    /// <summary>Reads a block, or the first of a run.</summary>
    /// <param name="reader">At the block's first byte; afterwards behind its last.</param>
    /// <param name="origin">What was before.</param>
    /// <param name="times">Shape [16].</param>
    /// <param name="values">Shape [16].</param>
    /// <returns>How many blocks of the same kind follow in the same run.</returns>
    public static int Read(ref PageReader reader, scoped in BlockOrigin origin, scoped Span<long> times, scoped Span<double> values)
    {
        var first = reader.ReadByte();
        if (RunOf(first) is > 0 and var run)
        {
            Repeat(origin, times, values);
            return run - 1;
        }

        ReadTimes(ref reader, origin, (first & 4) != 0, times);
        if ((Form)(first & 3) is Form.Xor)
        {
            XorBlock.Read(ref reader, origin.Value, values);
            return 0;
        }

        var width = reader.ReadByte();
        var shift = (first & 8) != 0 ? reader.ReadByte() : 0;
        var digits = first >> 4;
        Span<long> scaled = stackalloc long[Size];
        IntegerPacking.Read(ref reader, (Form)(first & 3) is Form.Deltas, shift, width, Scale(origin.Value, digits), scaled);
        for (var i = 0; i < Size; i++)
        {
            values[i] = scaled[i] / Powers[digits];
        }

        return 0;
    }

    /// <summary>The next block of a run.</summary>
    public static void Repeat(in BlockOrigin origin, Span<long> times, Span<double> values)
    {
        Regular(origin, times);
        values.Fill(origin.Value);
    }

    /// <summary>What a block is to the next one.</summary>
    public static BlockOrigin After(ReadOnlySpan<long> times, double last) => new(times[Size - 1], times[Size - 1] - times[Size - 2], last);

    /// <summary>The times of a block whose samples are one step apart.</summary>
    public static void Regular(in BlockOrigin origin, Span<long> times)
    {
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = origin.Time + ((i + 1) * origin.Step);
        }
    }

    // 0: the values are no decimal fractions.
    private static int WriteScaled(Span<byte> into, in BlockOrigin origin, ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        Span<long> scaled = stackalloc long[Size];
        var digits = Scale(values, scaled);
        if (digits < 0)
        {
            return 0;
        }

        var writer = new BlockWriter(into);
        var previous = Scale(origin.Value, digits);
        var packing = IntegerPacking.Choose(scaled, previous);
        writer.WriteByte((int)(packing.Deltas ? Form.Deltas : Form.Values) | (times.IsEmpty ? 0 : 4) | (packing.Shift > 0 ? 8 : 0) | (digits << 4));
        WriteTimes(ref writer, origin, times);
        writer.WriteByte(packing.Width);
        if (packing.Shift > 0)
        {
            writer.WriteByte(packing.Shift);
        }

        packing.Write(ref writer, scaled, previous);
        return writer.Length;
    }

    private static int WriteXor(Span<byte> into, in BlockOrigin origin, ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        var writer = new BlockWriter(into);
        writer.WriteByte((int)Form.Xor | (times.IsEmpty ? 0 : 4));
        WriteTimes(ref writer, origin, times);
        XorBlock.Write(ref writer, origin.Value, values);
        return writer.Length;
    }

    private static int ChangesOf(double before, ReadOnlySpan<double> values)
    {
        var changes = 0;
        foreach (var value in values)
        {
            changes += value.Equals(before) ? 0 : 1;
            before = value;
        }

        return changes;
    }

    private static void WriteTimes(ref BlockWriter writer, scoped in BlockOrigin origin, scoped ReadOnlySpan<long> times)
    {
        if (!times.IsEmpty)
        {
            var packing = IntegerPacking.OfDeltas(times, origin.Time);
            writer.WriteByte(packing.Width);
            writer.WriteByte(packing.Shift);
            packing.Write(ref writer, times, origin.Time);
        }
    }

    private static void ReadTimes(ref PageReader reader, scoped in BlockOrigin origin, bool written, scoped Span<long> times)
    {
        if (written)
        {
            var width = reader.ReadByte();
            IntegerPacking.Read(ref reader, deltas: true, reader.ReadByte(), width, origin.Time, times);
        }
        else
        {
            Regular(origin, times);
        }
    }

    // The decimal digits behind the point that give every value back bit by bit; -1: there are none.
    private static int Scale(ReadOnlySpan<double> values, Span<long> scaled)
    {
        var digits = 0;
        for (var i = 0; i < values.Length; i++)
        {
            while (!Fits(values[i], digits, out scaled[i]))
            {
                if (++digits > MaxDigits || !double.IsFinite(values[i]))
                {
                    return -1;
                }
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!Fits(values[i], digits, out scaled[i])) // A large one beside one with many digits.
            {
                return -1;
            }
        }

        return digits;
    }

    private static bool Fits(double value, int digits, out long scaled)
    {
        var product = Math.Round(value * Powers[digits]);
        if (!(Math.Abs(product) < MaxInteger))
        {
            scaled = 0;
            return false;
        }

        scaled = (long)product;
        return BitConverter.DoubleToInt64Bits(scaled / Powers[digits]) == BitConverter.DoubleToInt64Bits(value);
    }

    // Both writer and reader take this of the last value, whether it fits or not.
    private static long Scale(double value, int digits) => Fits(value, digits, out var scaled) ? scaled : 0;
}
