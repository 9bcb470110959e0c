using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Datahall.Gateway.Tests.Kestrel;

/// <summary>A client that sends the bytes a test says.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly TcpClient client = new();
    private readonly StringBuilder received = new();

    public static async Task<RawClient> ConnectAsync(int port)
    {
        var raw = new RawClient();
        await raw.client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return raw;
    }

    public Task SendAsync(string text) => client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken).AsTask();

    /// <summary>Reads on until a text has come.</summary>
    public async Task<string> UntilAsync(string text)
    {
        while (!received.ToString().Contains(text, StringComparison.Ordinal))
        {
            Assert.True(await ReadAsync(), $"the connection ended before '{text}' came; there was: {received}");
        }

        return received.ToString();
    }

    /// <summary>Reads to the end of the connection.</summary>
    public async Task<string> ToEndAsync()
    {
        while (await ReadAsync())
        {
        }

        return received.ToString();
    }

    public void CloseSending() => client.Client.Shutdown(SocketShutdown.Send);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> ReadAsync()
    {
        var buffer = new byte[4096];
        try
        {
            var count = await client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken);
            received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            return count > 0;
        }
        catch (IOException)
        {
            return false; // A reset is an end too.
        }
    }
}
