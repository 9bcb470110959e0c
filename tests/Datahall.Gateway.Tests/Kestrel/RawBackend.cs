using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Datahall.Gateway.Tests.Kestrel;

/// <summary>A replica that breaks the rules: each connection is a socket in the hands of the test.</summary>
internal sealed class RawBackend : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private int connections;

    public RawBackend(Func<NetworkStream, CancellationToken, Task> serve)
    {
        listener.Start();
        accepting = AcceptAsync(serve);
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    public int Connections => Volatile.Read(ref connections);

    /// <summary>Completed when the head of a request has come.</summary>
    public TaskCompletionSource<string> Head { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes requests and never answers.</summary>
    public static RawBackend Silent() => new(static (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));

    /// <summary>Answers each request's head with some bytes, and closes.</summary>
    public static RawBackend Answering(string bytes) => new(async (stream, stop) => await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), stop));

    /// <summary>A port where nobody listens.</summary>
    public static IPEndPoint Nobody()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        return (IPEndPoint)taken.LocalEndpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> serve)
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(stop.Token);
                Interlocked.Increment(ref connections);
                serving.Add(ServeAsync(socket, serve));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket, Func<NetworkStream, CancellationToken, Task> serve)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            var head = new StringBuilder();
            var buffer = new byte[4096];
            while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var count = await stream.ReadAsync(buffer, stop.Token);
                if (count == 0)
                {
                    return;
                }

                head.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }

            Head.TrySetResult(head.ToString());
            await serve(stream, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The test is over, or the gateway left.
        }
    }
}
