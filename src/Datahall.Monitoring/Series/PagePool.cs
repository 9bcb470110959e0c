using System.Runtime.InteropServices;

namespace Datahall.Monitoring.Series;

/// <summary>Pages of a fixed size in large arrays, so that samples come and go without work for the collector. For one caller at a time.</summary>
/// <param name="limit">The most pages.</param>
internal sealed class PagePool(int limit)
{
    /// <summary>What fits on a page, beside the number of the next.</summary>
    public const int Payload = PageBytes - sizeof(int);

    public const int PageBytes = 128;

    private const int SlabPages = 512;

    private readonly List<byte[]> slabs = [];
    private int free = -1;
    private int returned;
    private int made;

    /// <summary>How many may be rented yet.</summary>
    public int Available => limit - Used;

    /// <summary>How many are rented.</summary>
    public int Used => made - returned;

    /// <summary>The memory taken, in bytes.</summary>
    public long Bytes => (long)slabs.Count * SlabPages * PageBytes;

    /// <summary>Rents a page; ask <see cref="Available"/> before.</summary>
    public int Rent()
    {
        if (free >= 0)
        {
            var page = free;
            free = Next(page);
            returned--;
            return page;
        }

        if (made == slabs.Count * SlabPages)
        {
            slabs.Add(GC.AllocateUninitializedArray<byte>(SlabPages * PageBytes));
        }

        return made++;
    }

    public void Return(int page)
    {
        SetNext(page, free);
        free = page;
        returned++;
    }

    public Span<byte> PayloadOf(int page) => PageOf(page)[sizeof(int)..];

    public int Next(int page) => MemoryMarshal.Read<int>(PageOf(page));

    public void SetNext(int page, int next) => MemoryMarshal.Write(PageOf(page), next);

    private Span<byte> PageOf(int page) => slabs[page / SlabPages].AsSpan(page % SlabPages * PageBytes, PageBytes);
}

/// <summary>Reads bytes and bits over linked pages.</summary>
internal ref struct PageReader(PagePool pool, int page, int offset)
{
    private Span<byte> payload = page < 0 ? default : pool.PayloadOf(page);
    private ulong pending;
    private int bits;

    public int Page { get; private set; } = page;

    public int Offset { get; private set; } = offset;

    public byte ReadByte()
    {
        if (Offset == PagePool.Payload)
        {
            Page = pool.Next(Page);
            payload = pool.PayloadOf(Page);
            Offset = 0;
        }

        return payload[Offset++];
    }

    /// <summary>A number of variable length, the nearer to zero the shorter.</summary>
    public long ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = ReadByte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }
    }

    public ulong ReadBits(int width)
    {
        if (width > 32)
        {
            var low = ReadBits(32);
            return low | (ReadBits(width - 32) << 32);
        }

        while (bits < width)
        {
            pending |= (ulong)ReadByte() << bits;
            bits += 8;
        }

        var value = pending & ((1UL << width) - 1);
        pending >>= width;
        bits -= width;
        return value;
    }

    /// <summary>Leaves what is unread of a byte.</summary>
    public void AlignToByte() => (pending, bits) = (0, 0);
}

/// <summary>Writes bytes and bits into a span that is large enough.</summary>
internal ref struct BlockWriter(Span<byte> into)
{
    private readonly Span<byte> into = into;
    private ulong pending;
    private int bits;

    public int Length { get; private set; }

    public void WriteByte(int value) => into[Length++] = (byte)value;

    public void WriteVarint(long value)
    {
        var rest = (ulong)(value << 1) ^ (ulong)(value >> 63);
        for (; rest >= 0x80; rest >>= 7)
        {
            WriteByte((int)(rest & 0x7F) | 0x80);
        }

        WriteByte((int)rest);
    }

    public void WriteBits(ulong value, int width)
    {
        if (width > 32)
        {
            WriteBits(value & uint.MaxValue, 32);
            WriteBits(value >> 32, width - 32);
            return;
        }

        pending |= value << bits;
        for (bits += width; bits >= 8; bits -= 8)
        {
            WriteByte((int)(pending & 0xFF));
            pending >>= 8;
        }
    }

    /// <summary>Fills the last byte up.</summary>
    public void AlignToByte()
    {
        if (bits > 0)
        {
            WriteByte((int)(pending & 0xFF));
        }

        (pending, bits) = (0, 0);
    }
}
