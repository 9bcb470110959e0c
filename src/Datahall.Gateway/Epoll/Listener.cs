using System.Net.Sockets;

namespace Datahall.Gateway.Epoll;

/// <summary>Takes connections. At the limit they wait in the kernel until one is closed.</summary>
internal sealed unsafe class Listener : PolledSocket
{
    private const int LongestAddress = 128;
    private const long RetryNanoseconds = 100_000_000;

    private readonly Socket socket;
    private readonly int most;
    private readonly Stack<ClientConnection> unused = new();
    private int clients;

    public Listener(Shard shard, Socket socket, int most)
        : base(shard)
    {
        (this.socket, this.most) = (socket, most);
        if (!TryOpen((int)socket.Handle, canSend: false))
        {
            throw new InvalidOperationException($"the listening socket cannot be watched: error {Libc.LastError}");
        }
    }

    /// <summary>How many clients are connected. Any thread.</summary>
    public int Clients => Volatile.Read(ref clients);

    /// <summary>Takes what waits in the kernel.</summary>
    public void TakeWaiting()
    {
        var address = stackalloc byte[LongestAddress];
        while (IsOpen && Clients < most)
        {
            var length = LongestAddress;
            var fd = Libc.Accept(Fd, address, &length);
            if (fd < 0)
            {
                // Out of descriptors or memory: there will be no other edge, so try again later. Nothing waits: harmless.
                if (Libc.LastError is not Libc.Again)
                {
                    Shard.Timers.Set(this, Shard.Now + RetryNanoseconds);
                }

                return;
            }

            var client = unused.TryPop(out var used) ? used : new(Shard);
            Volatile.Write(ref clients, Clients + 1);
            client.Open(fd, new(address, length));
        }
    }

    /// <summary>Takes a closed connection back.</summary>
    public void Return(ClientConnection client)
    {
        var wasFull = Clients == most;
        Volatile.Write(ref clients, Clients - 1);
        unused.Push(client);
        if (wasFull)
        {
            Shard.Timers.Set(this, Shard.Now); // In the next turn: this one may be in the middle of a client's work.
        }
    }

    /// <inheritdoc/>
    public override void OnDeadline() => TakeWaiting();

    /// <inheritdoc/>
    public override void OnFault()
    {
        // The connection is lost, the listener must live.
    }

    /// <inheritdoc/>
    protected override void CloseDescriptor() => socket.Dispose();

    /// <inheritdoc/>
    protected override void OnReady() => TakeWaiting();
}
