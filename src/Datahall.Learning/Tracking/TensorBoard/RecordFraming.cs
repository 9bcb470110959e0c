using System.Buffers.Binary;
using System.Numerics;

namespace Datahall.Learning.Tracking.TensorBoard;

/// <summary>
/// The framing of TFRecord files: length (uint64), masked CRC of the length, data, masked CRC of the data; all little-endian.
/// Source: TensorFlow, "TFRecord and tf.train.Example", section "TFRecords format details".
/// </summary>
internal static class RecordFraming
{
    /// <summary>Bytes before the data.</summary>
    public const int HeaderSize = sizeof(ulong) + sizeof(uint);

    /// <summary>Bytes after the data.</summary>
    public const int FooterSize = sizeof(uint);

    public static void Write(Stream stream, ReadOnlySpan<byte> data)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(ulong)..], MaskedCrc(header[..sizeof(ulong)]));
        Span<byte> footer = stackalloc byte[FooterSize];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, MaskedCrc(data));

        stream.Write(header);
        stream.Write(data);
        stream.Write(footer);
    }

    /// <summary>Reads the next record; null at the end, and at a last record that is cut off, as a killed writer leaves it.</summary>
    /// <exception cref="InvalidDataException">A checksum does not match.</exception>
    public static byte[]? Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        if (stream.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize)
        {
            return null;
        }

        Check(header[..sizeof(ulong)], header[sizeof(ulong)..], stream.Position - HeaderSize);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(header);
        if (length > (ulong)(stream.Length - stream.Position))
        {
            return null;
        }

        var data = new byte[length];
        Span<byte> footer = stackalloc byte[FooterSize];
        stream.ReadExactly(data);
        if (stream.ReadAtLeast(footer, FooterSize, throwOnEndOfStream: false) < FooterSize)
        {
            return null;
        }

        Check(data, footer, stream.Position - FooterSize - data.Length);
        return data;
    }

    /// <summary>CRC-32C, rotated right by 15 bits plus a constant, so that a CRC of data that holds CRCs stays meaningful.</summary>
    public static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        while (data.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (var b in data)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }

    private static void Check(ReadOnlySpan<byte> data, ReadOnlySpan<byte> crc, long position)
    {
        if (MaskedCrc(data) != BinaryPrimitives.ReadUInt32LittleEndian(crc))
        {
            throw new InvalidDataException($"the checksum of the {data.Length} bytes at {position} does not match");
        }
    }
}
