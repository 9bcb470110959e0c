using System.Net;
using System.Net.Sockets;
using System.Text;
using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Kestrel;

/// <summary>The lane's connections to one replica, and what tells requests there that it is down.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ReplicaLink(Replica replica, TimeSpan idle) : IDisposable
{
    private readonly Lock gate = new();
    private HttpMessageInvoker? invoker;
    private CancellationTokenSource down = new();
    private volatile Address? last;

    /// <summary>The beginning of URLs there.</summary>
    public string Prefix { get; } = $"http://{replica.Authority}";

    /// <summary>Cancelled when the replica is found down; a fresh one from then on.</summary>
    public CancellationToken Down => Volatile.Read(ref down).Token;

    /// <summary>The connections; made anew after <see cref="CloseIdle"/>.</summary>
    public HttpMessageInvoker Invoker
    {
        get
        {
            if (Volatile.Read(ref invoker) is { } present)
            {
                return present;
            }

            lock (gate)
            {
                return invoker ??= new(Handler(), disposeHandler: true);
            }
        }
    }

    /// <summary>The URL of a target there, which goes out as it is. The one used last is kept: models are mostly asked at one path.</summary>
    /// <param name="target">Path and query.</param>
    public Uri UriOf(string target)
    {
        if (last is { } known && known.Target == target)
        {
            return known.Uri;
        }

        var address = new Address(target, UpstreamRequest.UriOf(Prefix + target));
        last = address;
        return address.Uri;
    }

    /// <summary>Sends a request, and waits for the head of the answer.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var connections = Invoker;
            try
            {
                return await connections.SendAsync(request, cancellationToken);
            }
            catch (ObjectDisposedException) when (connections != Volatile.Read(ref invoker))
            {
                // Its idle connections were closed between the look and the call: nothing was sent.
            }
        }
    }

    /// <summary>Closes the connections that nobody uses; those in use are closed after their request.</summary>
    public void CloseIdle()
    {
        HttpMessageInvoker? old;
        lock (gate)
        {
            old = invoker;
            invoker = null;
        }

        old?.Dispose();
    }

    /// <summary>The replica is down: idle connections are closed, and requests there learn it.</summary>
    public void OnDown()
    {
        CloseIdle();
        var old = Interlocked.Exchange(ref down, new());

        // Not on this thread: what follows sends requests elsewhere.
        ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), old, preferLocal: false);
    }

    public void Dispose() => CloseIdle();

    private sealed record Address(string Target, Uri Uri);

    private SocketsHttpHandler Handler() => new()
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = (_, cancellationToken) => ConnectAsync(cancellationToken),
        ConnectTimeout = Timeout.InfiniteTimeSpan, // The callback's own, which follows the route.
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = 64,
        PooledConnectionIdleTimeout = idle,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        UseCookies = false,
        UseProxy = false,
    };

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var end = replica.EndPoint;
        var socket = end is IPEndPoint ? new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(replica.Route.Spec.Timeouts.Connect is { Milliseconds: > 0 } limit ? limit.TimeSpan : TimeSpan.FromSeconds(1));
            await socket.ConnectAsync(end, late.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new TimeoutException($"{replica.Authority} did not take the connection in time", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
