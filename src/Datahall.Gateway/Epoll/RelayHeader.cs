using System.Buffers.Text;

namespace Datahall.Gateway.Epoll;

/// <summary>Tells the other lane who the client of a connection is that is handed over: a PROXY protocol header. Source: haproxy.org, proxy-protocol.txt, section 2.1.</summary>
internal static class RelayHeader
{
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
}
