using System.Net;
using System.Net.Sockets;
using Datahall.Cli.Client;

namespace Datahall.Cli.Up;

/// <summary>Whether the port to listen on is free, asked before anything is started.</summary>
internal static class ListenPort
{
    /// <exception cref="CommandFailure">Another program has it.</exception>
    public static void Check(string listen, string dataDirectory)
    {
        var url = new Uri(listen);
        if (url.Port == 0 || !IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) || IsOwn(url.Port, dataDirectory))
        {
            return;
        }

        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, url.Port));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            throw CommandFailure.Refused($"port {url.Port} is taken by another program ('ss -ltnp sport = :{url.Port}' names it); choose another with --listen http://127.0.0.1:PORT");
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied or SocketError.AddressNotAvailable)
        {
            throw CommandFailure.Refused($"{listen} cannot be listened at: {e.Message.ToLowerInvariant()}; choose another with --listen http://127.0.0.1:PORT");
        }
    }

    /// <summary>A server of the same data directory has the port: the lock on the directory, which comes next, says more.</summary>
    private static bool IsOwn(int port, string dataDirectory) =>
        Uri.TryCreate(ServerAddress.ReadUrl(dataDirectory), UriKind.Absolute, out var own) && own.Port == port;
}
