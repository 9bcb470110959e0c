using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace HelloProgram;

/// <summary>Adds up vectors over all ranks: everybody sends to rank 0, which answers with the sum (an all-reduce).</summary>
internal sealed class AllReduce : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MeetWithin = TimeSpan.FromSeconds(60);

    private readonly Socket[] _peers;
    private readonly bool _isMaster;

    private AllReduce(Socket[] peers, bool isMaster) => (_peers, _isMaster) = (peers, isMaster);

    /// <summary>Meets the other ranks; rank 0 waits for all of them.</summary>
    public static async Task<AllReduce> MeetAsync(Gang gang, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(MeetWithin);
        try
        {
            return gang.Rank == 0
                ? new(await AcceptAsync(gang, limit.Token), isMaster: true)
                : new([await ConnectAsync(gang, limit.Token)], isMaster: false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"rank {gang.Rank} of {gang.Size} did not meet the others at {gang.MasterAddress}:{gang.MasterPort} within {MeetWithin.TotalSeconds} s");
        }
    }

    /// <summary>Replaces a vector by the sum of all ranks' vectors.</summary>
    public async Task SumAsync(double[] vector, CancellationToken cancellationToken)
    {
        var bytes = new byte[vector.Length * sizeof(double)];
        if (_isMaster)
        {
            foreach (var peer in _peers)
            {
                await ReceiveAsync(peer, bytes, cancellationToken);
                Add(vector, bytes);
            }
        }

        MemoryMarshal.AsBytes(vector.AsSpan()).CopyTo(bytes);
        foreach (var peer in _peers)
        {
            await SendAsync(peer, bytes, cancellationToken);
        }

        if (!_isMaster)
        {
            await ReceiveAsync(_peers[0], bytes, cancellationToken);
            bytes.CopyTo(MemoryMarshal.AsBytes(vector.AsSpan()));
        }
    }

    public void Dispose()
    {
        foreach (var peer in _peers)
        {
            peer.Dispose();
        }
    }

    private static void Add(double[] vector, byte[] bytes)
    {
        var other = MemoryMarshal.Cast<byte, double>(bytes);
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] += other[i];
        }
    }

    private static async Task<Socket[]> AcceptAsync(Gang gang, CancellationToken cancellationToken)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, gang.MasterPort));
        listener.Listen();
        var peers = new Socket[gang.Size - 1];
        for (var i = 0; i < peers.Length; i++)
        {
            peers[i] = await listener.AcceptAsync(cancellationToken);
            peers[i].NoDelay = true;
        }

        return peers;
    }

    private static async Task<Socket> ConnectAsync(Gang gang, CancellationToken cancellationToken)
    {
        while (true)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(gang.MasterAddress, gang.MasterPort, cancellationToken);
                return socket;
            }
            catch (SocketException) // Rank 0 may start a moment later.
            {
                socket.Dispose();
                await Task.Delay(RetryDelay, TimeProvider.System, cancellationToken);
            }
        }
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
        }
    }

    private static async Task ReceiveAsync(Socket socket, Memory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var count = await socket.ReceiveAsync(bytes, cancellationToken);
            bytes = count > 0 ? bytes[count..] : throw new IOException("another rank went away");
        }
    }
}
