using System.Net;
using System.Net.Sockets;
using Datahall.Gateway.Epoll;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>Sends that go to the kernel together, and the same lane where it takes each by itself.</summary>
public sealed class OutboxTests
{
    private const int BadDescriptor = 9;
    private const int BrokenPipe = 32;

    [Fact]
    public unsafe void Sends_in_one_call_have_a_result_each()
    {
        using var ring = SubmissionRing.TryOpen(4);
        Assert.SkipWhen(ring is null, "this kernel has no io_uring of version 6.1, or forbids it");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(4);
        var (open, openPeer) = Pair(listener);
        var (ended, endedPeer) = Pair(listener);
        ended.Shutdown(SocketShutdown.Send);
        ReadOnlySpan<byte> text = "two messages"u8;
        Span<byte> received = stackalloc byte[64];

        fixed (byte* bytes = text)
        {
            for (var round = 0; round < 5; round++) // More operations than the ring has entries.
            {
                ring.AddSend((int)open.Handle, bytes, 3);
                ring.AddSend(-1, bytes, text.Length);
                ring.AddSend((int)ended.Handle, bytes, text.Length);
                ring.AddSend((int)open.Handle, bytes + 3, text.Length - 3);

                Assert.Equal([3, -BadDescriptor, -BrokenPipe, text.Length - 3], ring.Run().ToArray());

                Assert.Equal(text, received[..ReceiveAll(openPeer, received, text.Length)]);
            }
        }

        foreach (var socket in (Socket[])[open, openPeer, ended, endedPeer])
        {
            socket.Dispose();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answers_for_clients_that_do_not_read_wait_and_come_whole_and_in_order(bool together)
    {
        const int Clients = 4;
        const int Requests = 600; // More than the buffers of a socket hold.
        using var replica = new ScriptedReplica(async connection =>
        {
            while (await connection.ReadAnswerOrEndAsync() is { } request)
            {
                var number = request.Split(' ')[1][1..];
                await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 12000\r\n\r\n{number.PadLeft(12_000, '.')}");
            }
        });
        await using var lane = new LaneUnderTest(new(), LaneUnderTest.Options() with { SendsTogether = together }, replica.EndPoint);

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            using var connection = await lane.ConnectAsync();
            await connection.SendAsync(string.Concat(Enumerable.Range(0, Requests).Select(number => $"GET /{client}-{number} HTTP/1.1\r\nHost: a\r\n\r\n")));
            await Eventually.HoldsAsync(() => lane.Lane.UsedBytes > 0, "nothing was held for a client that does not read");
            for (var number = 0; number < Requests; number++)
            {
                var answer = await connection.ReadAnswerAsync();
                Assert.EndsWith($".{client}-{number}", answer, StringComparison.Ordinal);
            }
        }));

        await Eventually.HoldsAsync(() => lane.Lane.UsedBytes == 0, "what the clients did not read was still in memory");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_came_before_an_answer_breaks_off_reaches_the_client(bool together)
    {
        using var replica = new ScriptedReplica(static async connection =>
        {
            await connection.ReadUntilAsync("\r\n\r\n");
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it");
            connection.EndSending(); // The lane learns of both in one turn.
        });
        await using var lane = new LaneUnderTest(new(), LaneUnderTest.Options() with { SendsTogether = together }, replica.EndPoint);
        using var client = await lane.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.EndsWith("half of it", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private static (Socket Socket, Socket Peer) Pair(Socket listener)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(listener.LocalEndPoint!);
        socket.Blocking = false;
        return (socket, listener.Accept());
    }

    private static int ReceiveAll(Socket socket, Span<byte> destination, int wanted)
    {
        var count = 0;
        while (count < wanted)
        {
            count += socket.Receive(destination[count..]);
        }

        return count;
    }
}
