using System.Net;
using System.Net.Sockets;
using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Epoll;

/// <summary>The lane for plaintext HTTP/1.1 on Linux: a few threads that do nothing but move bytes, each on its own.</summary>
/// <remarks>
/// What it cannot do goes to another lane (<see cref="EpollLaneOptions.Relay"/>): routes that fan out, and HTTP/2. It has no TLS. In the long run it
/// allocates nothing for a request.
/// </remarks>
public sealed class EpollLane : IAsyncDisposable
{
    private const int SocketLevel = 1;
    private const int ReusePort = 15;

    private readonly Shard[] shards;
    private bool isDisposed;

    /// <summary>Binds the listening sockets, one for each shard. Nothing is taken before <see cref="Start"/>.</summary>
    /// <param name="dispatcher">Where requests go.</param>
    /// <param name="options">How it works.</param>
    /// <param name="onFault">Told of mistakes in the lane, which cost a connection each; null: nobody is told.</param>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public EpollLane(Dispatcher dispatcher, EpollLaneOptions options, Action<Exception>? onFault = null)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("the epoll lane needs Linux; use the Kestrel lane");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.Shards, 1);
        var sockets = ListenAll(options);
        EndPoint = (IPEndPoint)sockets[0].LocalEndPoint!;
        shards = [.. sockets.Select((socket, number) => new Shard(dispatcher, options, number, socket, onFault ?? (static _ => { })))];
    }

    /// <summary>Whether this system can run the lane.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>How many clients are connected.</summary>
    public int Clients => shards.Sum(static shard => shard.Clients);

    /// <summary>How many bytes of buffers are in use, to a moment.</summary>
    internal long UsedBytes => shards.Sum(static shard => shard.Blocks.UsedBytes);

    /// <summary>Takes connections from now on.</summary>
    public void Start()
    {
        foreach (var shard in shards)
        {
            shard.Start();
        }
    }

    /// <summary>Tells the clients, then takes no more connections, and lets the requests under way come to their end.</summary>
    /// <remarks>Connections that were handed over to the other lane are not waited for. That lane is to be drained next; then this one is disposed of.</remarks>
    /// <param name="cancellationToken">Ends the waiting; those requests are then cut off by <see cref="DisposeAsync"/>.</param>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        foreach (var shard in shards)
        {
            shard.Drain();
        }

        await Task.WhenAll(shards.Select(static shard => shard.Drained.Task)).WaitAsync(cancellationToken);
    }

    /// <summary>Closes all connections and ends the threads.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        foreach (var shard in shards)
        {
            await Task.Run(shard.Dispose);
        }
    }

    private static List<Socket> ListenAll(EpollLaneOptions options)
    {
        var sockets = new List<Socket>();
        RefuseTaken(options.Listen);
        try
        {
            for (var i = 0; i < options.Shards; i++)
            {
                sockets.Add(Listen(i == 0 ? options.Listen : (IPEndPoint)sockets[0].LocalEndPoint!, options.Backlog));
            }

            return sockets;
        }
        catch
        {
            sockets.ForEach(static socket => socket.Dispose());
            throw;
        }
    }

    // The shards share the port. Another program that shares it so too would get a part of the connections, and nobody would know.
    private static void RefuseTaken(IPEndPoint endPoint)
    {
        if (endPoint.Port != 0)
        {
            using var socket = NewSocket(endPoint);
            socket.Bind(endPoint);
        }
    }

    private static Socket NewSocket(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (endPoint.Address.Equals(IPAddress.IPv6Any))
        {
            socket.DualMode = true;
        }

        return socket;
    }

    private static Socket Listen(IPEndPoint endPoint, int backlog)
    {
        var socket = NewSocket(endPoint);
        try
        {
            socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
            socket.Bind(endPoint);
            socket.Listen(backlog);
            socket.Blocking = false;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
