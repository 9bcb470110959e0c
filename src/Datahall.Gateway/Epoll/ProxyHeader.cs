using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;

namespace Datahall.Gateway.Epoll;

/// <summary>The PROXY protocol: who the client of a connection is, told by the proxy before it. Source: haproxy.org, proxy-protocol.txt, sections 2.1 and 2.2.</summary>
internal static class ProxyHeader
{
    private const int LongestVersion1 = 107;
    private const int Version2Head = 16;

    private static ReadOnlySpan<byte> Signature2 => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Reads a header of version 1 or 2.</summary>
    /// <param name="bytes">What came so far.</param>
    /// <param name="client">Receives the client; left as it is when the header is of the proxy's own making.</param>
    /// <returns>The length of the header; 0: more bytes are needed; -1: this is none.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, ClientAddress client)
    {
        if (bytes.Length >= Signature2.Length ? bytes.StartsWith(Signature2) : Signature2.StartsWith(bytes))
        {
            return bytes.Length < Version2Head ? 0 : Read2(bytes, client);
        }

        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return bytes.Length < LongestVersion1 && ("PROXY "u8.StartsWith(bytes[..Math.Min(bytes.Length, 6)])) ? 0 : -1;
        }

        return end + 2 <= LongestVersion1 && Read1(bytes[..end], client) ? end + 2 : -1;
    }

    /// <summary>Writes a header of version 1.</summary>
    /// <returns>Its length.</returns>
    public static int Write(ClientAddress client, Span<byte> destination)
    {
        if (client.Text.IsEmpty)
        {
            "PROXY UNKNOWN\r\n"u8.CopyTo(destination);
            return 15;
        }

        // The address that was connected to is not known here, and no reader of ours asks for it.
        var family = client.IsVersion6 ? "PROXY TCP6 "u8 : "PROXY TCP4 "u8;
        var target = client.IsVersion6 ? " :: "u8 : " 0.0.0.0 "u8;
        family.CopyTo(destination);
        var at = family.Length;
        client.Text.CopyTo(destination[at..]);
        at += client.Text.Length;
        target.CopyTo(destination[at..]);
        at += target.Length;
        _ = Utf8Formatter.TryFormat(client.Port, destination[at..], out var written);
        at += written;
        " 0\r\n"u8.CopyTo(destination[at..]);
        return at + 4;
    }

    private static bool Read1(ReadOnlySpan<byte> line, ClientAddress client)
    {
        if (line.StartsWith("PROXY UNKNOWN"u8))
        {
            return true;
        }

        Span<Range> parts = stackalloc Range[7];
        var count = 0;
        foreach (var part in line.Split((byte)' '))
        {
            parts[count++] = part;
            if (count == parts.Length)
            {
                return false;
            }
        }

        if (count != 6 || !line[parts[0]].SequenceEqual("PROXY"u8) || !(line[parts[1]].SequenceEqual("TCP4"u8) || line[parts[1]].SequenceEqual("TCP6"u8)))
        {
            return false;
        }

        Span<byte> address = stackalloc byte[16];
        if (!IPAddress.TryParse(line[parts[2]], out var source) || !source.TryWriteBytes(address, out var length)
            || !Utf8Parser.TryParse(line[parts[4]], out ushort port, out var read) || read != line[parts[4]].Length)
        {
            return false;
        }

        client.Set(address[..length], port);
        return true;
    }

    private static int Read2(ReadOnlySpan<byte> bytes, ClientAddress client)
    {
        var length = Version2Head + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (bytes[12] >> 4 != 2 || length > BlockPool.Small)
        {
            return -1;
        }

        if (bytes.Length < length)
        {
            return 0;
        }

        var body = bytes[Version2Head..length];
        switch (bytes[12] & 15, bytes[13])
        {
            case (0, _): // LOCAL: a check of the proxy's own.
                return length;
            case (1, 0x11) when body.Length >= 12:
                client.Set(body[..4], BinaryPrimitives.ReadUInt16BigEndian(body[8..]));
                return length;
            case (1, 0x21) when body.Length >= 36:
                client.Set(body[..16], BinaryPrimitives.ReadUInt16BigEndian(body[32..]));
                return length;
            case (1, _):
                client.Clear();
                return length;
            default:
                return -1;
        }
    }
}
