using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Datahall.Cli.Bench.Load;

namespace Datahall.Cli.Bench.Http;

/// <summary>HTTP/1.1 over one socket to each server: one write for a request, and nothing allocated for it.</summary>
/// <param name="requests">The requests. Shape [targets].</param>
/// <remarks>The client of .NET takes about twice the processor time, and that from the server under test when they share a machine.</remarks>
internal sealed class SocketExchanger(IReadOnlyList<SocketRequest> requests) : IExchanger
{
    // A connection that was not used for so long, in milliseconds, may have been closed by the server.
    private const int IdleMilliseconds = 1000;

    private readonly byte[] buffer = new byte[2 * ResponseReader.LongestHead];
    private readonly ResponseReader reader = new();
    private readonly Socket?[] sockets = new Socket?[requests.Max(static request => request.Server) + 1];
    private readonly long[] usedAt = new long[requests.Max(static request => request.Server) + 1];
    private volatile Socket? current;
    private volatile bool aborted;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Exchange> RunAsync(int target, StreamStamps stamps)
    {
        var request = requests[target];
        if (aborted) // The abort came when the last request had just ended, and took its connection.
        {
            Drop(current);
            aborted = false;
        }

        try
        {
            current = Open(request.Server) ?? await ConnectAsync(request);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return Failed(Outcome.Connect);
        }

        try
        {
            return await ExchangeAsync(current, request, stamps);
        }
        catch (FormatException)
        {
            return Failed(Outcome.Protocol);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            return Failed(Outcome.Reset);
        }
    }

    public void Abort()
    {
        aborted = true;
        current?.Dispose();
    }

    public void Dispose()
    {
        foreach (var socket in sockets)
        {
            socket?.Dispose();
        }
    }

    /// <summary>The connection to a server that is still open; null when there is none.</summary>
    private Socket? Open(int server)
    {
        if (sockets[server] is not { } socket)
        {
            return null;
        }

        var idle = Environment.TickCount64 - usedAt[server] >= IdleMilliseconds;
        if (idle && socket.Poll(0, SelectMode.SelectRead)) // Readable without a request: closed, or out of step.
        {
            Drop(socket);
            return null;
        }

        return socket;
    }

    private async ValueTask<Socket> ConnectAsync(SocketRequest request)
    {
        for (var i = 0; ; i++)
        {
            var address = request.Addresses[i];
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            current = socket;
            try
            {
                await socket.ConnectAsync(address);
                sockets[request.Server] = socket;
                return socket;
            }
            catch (SocketException) when (i + 1 < request.Addresses.Count && !aborted)
            {
                socket.Dispose(); // The next address may be better: a name often has one of IPv6 and one of IPv4.
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Exchange> ExchangeAsync(Socket socket, SocketRequest request, StreamStamps stamps)
    {
        for (var sent = 0; sent < request.Bytes.Length;)
        {
            sent += await socket.SendAsync(request.Bytes.AsMemory(sent));
        }

        reader.Begin(request.IsHead);
        var (rest, total) = (0, 0L);
        while (!reader.IsDone)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(rest));
            if (read == 0)
            {
                if (!reader.EndOfInput())
                {
                    throw new EndOfStreamException();
                }

                break;
            }

            total += read;
            stamps.Arrived();
            rest = Take(rest + read, stamps.Sink);
        }

        if (rest > 0)
        {
            throw new FormatException("there is more than the response"); // What comes next could not be told apart.
        }

        usedAt[request.Server] = Environment.TickCount64;
        if (!reader.KeepsAlive)
        {
            Drop(socket);
        }

        return new(Outcome.Response, reader.Status, total);
    }

    /// <summary>Reads what is in the buffer, and moves what is left of it to the front.</summary>
    /// <returns>How much is left.</returns>
    private int Take(int filled, BodySink? body)
    {
        var data = buffer.AsSpan(0, filled);
        var taken = reader.Take(data, body);
        data[taken..].CopyTo(buffer);
        return filled - taken;
    }

    private Exchange Failed(Outcome outcome)
    {
        Drop(current);
        var timedOut = aborted;
        aborted = false;
        return new(timedOut ? Outcome.Timeout : outcome);
    }

    private void Drop(Socket? socket)
    {
        socket?.Dispose();
        if (Array.IndexOf(sockets, socket) is >= 0 and var server)
        {
            sockets[server] = null;
        }
    }
}
