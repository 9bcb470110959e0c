using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Datahall.Fleet.Tests.Runtimes;

/// <summary>Answers every request with one status.</summary>
internal sealed class TinyHttpServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public TinyHttpServer()
    {
        listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Status { get; set; } = 200;

    public void Dispose() => listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                await stream.ReadAtLeastAsync(new byte[1024], 16, throwOnEndOfStream: false);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {Status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException) // The test is over.
        {
        }
    }
}
