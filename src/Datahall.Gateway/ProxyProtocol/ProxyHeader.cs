using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Datahall.Gateway.ProxyProtocol;

/// <summary>Whether a PROXY protocol header was read.</summary>
internal enum ProxyHeaderReading
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>It was.</summary>
    Complete,

    /// <summary>The connection does not begin with one.</summary>
    Invalid,
}

/// <summary>Who a proxy says the client is.</summary>
/// <param name="Source">The client; null: the proxy speaks for itself, or does not know.</param>
/// <param name="Destination">Where the client connected to.</param>
/// <remarks>Source of the forms: The PROXY protocol, versions 1 and 2, haproxy.org, 2020/03/05, sections 2.1 and 2.2.</remarks>
internal readonly record struct ProxyHeader(IPEndPoint? Source, IPEndPoint? Destination)
{
    private const int LongestV1 = 107;
    private const int V2Head = 16;
    private const int LongestV2 = 4096;
    private const int Stream4 = 0x11;
    private const int Stream6 = 0x21;

    private static ReadOnlySpan<byte> V1Start => "PROXY "u8;

    private static ReadOnlySpan<byte> V2Start => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Reads a header from the beginning of a connection.</summary>
    /// <param name="bytes">What came so far.</param>
    /// <param name="header">The header.</param>
    /// <param name="consumed">Where the rest begins; the start when nothing was read.</param>
    public static ProxyHeaderReading Read(in ReadOnlySequence<byte> bytes, out ProxyHeader header, out SequencePosition consumed)
    {
        Span<byte> copy = stackalloc byte[LongestV2];
        copy = copy[..(int)Math.Min(bytes.Length, copy.Length)];
        bytes.Slice(0, copy.Length).CopyTo(copy);
        var reading = Read(copy, out header, out var length);
        consumed = bytes.GetPosition(length);
        return reading;
    }

    /// <summary>Reads a header from the beginning of a connection.</summary>
    /// <param name="bytes">What came so far.</param>
    /// <param name="header">The header.</param>
    /// <param name="length">Its length in bytes; 0 when nothing was read.</param>
    public static ProxyHeaderReading Read(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        (header, length) = (default, 0);
        return BeginsLike(bytes, V1Start) ? ReadV1(bytes, out header, out length)
            : BeginsLike(bytes, V2Start) ? ReadV2(bytes, out header, out length)
            : ProxyHeaderReading.Invalid;
    }

    private static bool BeginsLike(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> start) =>
        bytes.StartsWith(start) || start.StartsWith(bytes);

    private static ProxyHeaderReading ReadV1(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        (header, length) = (default, 0);
        var end = bytes[..Math.Min(bytes.Length, LongestV1)].IndexOf("\r\n"u8);
        if (end < 0)
        {
            return bytes.Length < LongestV1 ? ProxyHeaderReading.Incomplete : ProxyHeaderReading.Invalid;
        }

        var words = Encoding.ASCII.GetString(bytes[..end]).Split(' ');
        if (words is [_, "UNKNOWN", ..])
        {
            length = end + 2;
            return ProxyHeaderReading.Complete;
        }

        if (words is not [_, "TCP4" or "TCP6", var source, var destination, var sourcePort, var destinationPort]
            || Parse(source, sourcePort) is not { } from || Parse(destination, destinationPort) is not { } to)
        {
            return ProxyHeaderReading.Invalid;
        }

        (header, length) = (new(from, to), end + 2);
        return ProxyHeaderReading.Complete;
    }

    private static IPEndPoint? Parse(string address, string port) =>
        IPAddress.TryParse(address, out var ip) && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new(ip, number) : null;

    private static ProxyHeaderReading ReadV2(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        (header, length) = (default, 0);
        if (bytes.Length < V2Head)
        {
            return ProxyHeaderReading.Incomplete;
        }

        var (version, command) = (bytes[12] >> 4, bytes[12] & 0xF);
        var rest = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (version != 2 || command > 1 || V2Head + rest > LongestV2)
        {
            return ProxyHeaderReading.Invalid;
        }

        if (bytes.Length < V2Head + rest)
        {
            return ProxyHeaderReading.Incomplete;
        }

        var addresses = bytes.Slice(V2Head, rest);
        var size = bytes[13] switch { Stream4 => 4, Stream6 => 16, _ => 0 };
        if (command == 1 && size > 0)
        {
            if (rest < (size * 2) + 4)
            {
                return ProxyHeaderReading.Invalid;
            }

            header = new(EndPointAt(addresses, 0, size, size * 2), EndPointAt(addresses, size, size, (size * 2) + 2));
        }

        length = V2Head + rest;
        return ProxyHeaderReading.Complete;
    }

    private static IPEndPoint EndPointAt(ReadOnlySpan<byte> bytes, int address, int size, int port) =>
        new(new IPAddress(bytes.Slice(address, size)), BinaryPrimitives.ReadUInt16BigEndian(bytes[port..]));
}
