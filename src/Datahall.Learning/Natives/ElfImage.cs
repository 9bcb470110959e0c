using System.Buffers.Binary;
using System.Text;

namespace Datahall.Learning.Natives;

/// <summary>The dynamic tables of a 64-bit little-endian ELF library held in memory.</summary>
/// <remarks>Source: System V ABI, ch. 4 and 5; symbol versions: Linux Standard Base Core 5.0, ch. 11.7.</remarks>
internal sealed class ElfImage
{
    private const int LoadSegment = 1;
    private const int DynamicSegment = 2;
    private readonly byte[] bytes;
    private readonly List<(ulong Address, ulong Offset, ulong Length)> segments = [];
    private readonly Dictionary<DynamicTag, ulong> tags = [];

    private ElfImage(byte[] bytes) => this.bytes = bytes;

    /// <summary>Reads the program headers and the dynamic section.</summary>
    /// <exception cref="LearningException">The bytes are no such library, or are cut short.</exception>
    public static ElfImage Parse(byte[] bytes, string name)
    {
        if (bytes.Length < 64 || !bytes.AsSpan(0, 6).SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            throw new LearningException($"{name} is no 64-bit little-endian ELF library; restore the package that brings it");
        }

        try
        {
            var image = new ElfImage(bytes);
            image.ReadSegments();
            return image;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new LearningException($"{name} is cut short ({bytes.Length} bytes); restore the package that brings it", e);
        }
    }

    /// <summary>The value of a tag; 0 when the library has none.</summary>
    public ulong this[DynamicTag tag] => tags.GetValueOrDefault(tag);

    /// <summary>Where in the file the byte is that is loaded at an address.</summary>
    public int OffsetOf(ulong address)
    {
        foreach (var (start, offset, length) in segments)
        {
            if (address >= start && address - start < length)
            {
                return checked((int)(offset + address - start));
            }
        }

        throw new ArgumentOutOfRangeException(nameof(address), $"address 0x{address:x} is in no segment of the file");
    }

    /// <summary>A string of the dynamic string table.</summary>
    public string StringAt(uint index)
    {
        var rest = bytes.AsSpan(OffsetOf(this[DynamicTag.StringTable] + index));
        return Encoding.UTF8.GetString(rest[..Math.Max(0, rest.IndexOf((byte)0))]);
    }

    public ushort UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offset));

    public uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));

    public ulong UInt64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset));

    private void ReadSegments()
    {
        var (table, entrySize, count) = (checked((int)UInt64(32)), UInt16(54), UInt16(56));
        var dynamic = (Offset: 0, Length: 0);
        for (var i = 0; i < count; i++)
        {
            var header = table + i * entrySize;
            var (kind, offset, address, length) = (UInt32(header), UInt64(header + 8), UInt64(header + 16), UInt64(header + 32));
            if (kind == LoadSegment)
            {
                segments.Add((address, offset, length));
            }
            else if (kind == DynamicSegment)
            {
                dynamic = (checked((int)offset), checked((int)length));
            }
        }

        for (var entry = dynamic.Offset; entry < dynamic.Offset + dynamic.Length; entry += 16)
        {
            tags[(DynamicTag)UInt64(entry)] = UInt64(entry + 8);
        }
    }
}
