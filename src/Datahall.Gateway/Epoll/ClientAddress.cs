using System.Buffers.Binary;
using System.IO.Hashing;
using System.Net;

namespace Datahall.Gateway.Epoll;

/// <summary>Who a client is, as text for headers and as a hash for policies. Used again for the next client; allocates nothing.</summary>
internal sealed class ClientAddress
{
    private const int Internet = 2;
    private const int InternetV6 = 10;
    private const int LongestText = 46;

    private readonly byte[] text = new byte[LongestText];
    private int length;

    /// <summary>The address without its port, such as <c>192.0.2.1</c> or <c>2001:db8::1</c>; empty: unknown.</summary>
    public ReadOnlySpan<byte> Text => text.AsSpan(0, length);

    /// <summary>The port; 0: unknown.</summary>
    public int Port { get; private set; }

    /// <summary>Whether it is one of version 6.</summary>
    public bool IsVersion6 { get; private set; }

    /// <summary>A hash of the address without the port; 0: unknown.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Reads a <c>sockaddr</c>.</summary>
    public void Read(ReadOnlySpan<byte> address)
    {
        var family = address.Length < 2 ? 0 : BitConverter.ToUInt16(address);
        if (family == Internet && address.Length >= 8)
        {
            Set(address.Slice(4, 4), BinaryPrimitives.ReadUInt16BigEndian(address[2..]));
        }
        else if (family == InternetV6 && address.Length >= 24)
        {
            Set(address.Slice(8, 16), BinaryPrimitives.ReadUInt16BigEndian(address[2..]));
        }
        else
        {
            (length, Port, IsVersion6, Hash) = (0, 0, false, 0);
        }
    }

    /// <summary>Sets what a proxy has said.</summary>
    public void Set(IPEndPoint client)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (client.Address.TryWriteBytes(bytes, out var count))
        {
            Set(bytes[..count], client.Port);
        }
    }

    /// <summary>Sets 4 or 16 bytes of address. Those of version 4 that are written as version 6 become version 4 again.</summary>
    private void Set(ReadOnlySpan<byte> bytes, int port)
    {
        if (bytes.Length == 16 && bytes[..12].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]))
        {
            bytes = bytes[12..];
        }

        (Port, IsVersion6, Hash) = (port, bytes.Length == 16, XxHash3.HashToUInt64(bytes));
        length = IsVersion6 ? Format6(bytes) : Format4(bytes);
    }

    private int Format4(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        foreach (var part in bytes)
        {
            if (at > 0)
            {
                text[at++] = (byte)'.';
            }

            _ = part.TryFormat(text.AsSpan(at), out var written, default, System.Globalization.CultureInfo.InvariantCulture);
            at += written;
        }

        return at;
    }

    // Connections of version 6 are rarer; the framework knows how to shorten the zeros, at the price of an object for each connection.
    private int Format6(ReadOnlySpan<byte> bytes) => new IPAddress(bytes).TryFormat(text, out var written) ? written : 0;
}
