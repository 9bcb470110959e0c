using System.Buffers;
using System.Collections;
using System.Runtime.InteropServices;

namespace Datahall.Learning.Rows;

/// <summary>A list whose rows are on disk, and where each ends too, so that there may be more of them than memory holds. Not safe for several threads.</summary>
/// <param name="folder">Where they are kept.</param>
/// <param name="format">How they are written.</param>
internal sealed class DiskRows<T>(string folder, IRowFormat<T> format) : IReadOnlyList<T>, IDisposable
{
    private const int MostRowsInWindow = 4096;
    private const long MostBytesInWindow = 1 << 20;

    private readonly DiskBytes rows = new(folder);
    private readonly DiskBytes ends = new(folder);
    private readonly RowWriter writer = new();

    /// <inheritdoc/>
    public int Count => (int)(ends.Length / sizeof(long));

    /// <summary>Reads a row; each reading makes a new one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="LearningException">The disk does not give back what was written.</exception>
    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var start = EndOf(index - 1);
            var length = (int)(EndOf(index) - start);
            var bytes = ArrayPool<byte>.Shared.Rent(length);
            rows.Read(start, bytes.AsSpan(0, length));
            var reader = new RowReader(bytes.AsSpan(0, length));
            var row = format.Read(ref reader);
            ArrayPool<byte>.Shared.Return(bytes);
            return row;
        }
    }

    /// <summary>Adds a row at the end.</summary>
    /// <exception cref="LearningException">The disk is full, or the folder cannot be written.</exception>
    public void Add(T row)
    {
        writer.Empty();
        format.Write(writer, row);
        rows.Add(writer.Written);
        var end = rows.Length;
        ends.Add(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(ref end)));
    }

    /// <summary>Adds rows in their order.</summary>
    /// <exception cref="LearningException">The disk is full, or the folder cannot be written.</exception>
    public DiskRows<T> With(IEnumerable<T> more)
    {
        foreach (var row in more)
        {
            Add(row);
        }

        return this;
    }

    /// <summary>All rows in their order, part by part: at most 4,096 rows, and 1 MiB on disk, but one row at least.</summary>
    public IEnumerable<List<T>> Windows()
    {
        for (var (first, next) = (0, 0); first < Count; first = next)
        {
            var (window, most) = (new List<T>(), EndOf(first - 1) + MostBytesInWindow);
            while (next < Count && (next == first || (next - first < MostRowsInWindow && EndOf(next) <= most)))
            {
                window.Add(this[next++]);
            }

            yield return window;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public void Dispose()
    {
        rows.Dispose();
        ends.Dispose();
    }

    private long EndOf(int index)
    {
        var end = 0L;
        if (index >= 0)
        {
            ends.Read((long)index * sizeof(long), MemoryMarshal.AsBytes(new Span<long>(ref end)));
        }

        return end;
    }
}
