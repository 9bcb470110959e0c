using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Datahall.Server.Waking;

/// <summary>The Wake-on-LAN packet: six bytes FF, and the card's address sixteen times. Source: AMD, Magic Packet Technology, publication 20213, 1995.</summary>
internal static class MagicPacket
{
    private const int DiscardPort = 9;

    /// <summary>Makes a packet.</summary>
    /// <param name="mac">The card's address, as <c>0c:42:a1:00:00:01</c>.</param>
    /// <returns>102 bytes.</returns>
    public static byte[] Of(string mac)
    {
        var address = mac.Split(':').Select(static part => byte.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        return [.. Enumerable.Repeat((byte)0xFF, 6), .. Enumerable.Repeat(address, 16).SelectMany(static bytes => bytes)];
    }

    /// <summary>Sends it to everybody on this machine's networks.</summary>
    /// <exception cref="SocketException">There is no network.</exception>
    public static async Task SendAsync(string mac, CancellationToken cancellationToken)
    {
        using var socket = new UdpClient { EnableBroadcast = true };
        await socket.SendAsync(Of(mac), new IPEndPoint(IPAddress.Broadcast, DiscardPort), cancellationToken);
    }
}
