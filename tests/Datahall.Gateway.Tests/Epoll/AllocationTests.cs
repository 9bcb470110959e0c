using System.Net;
using System.Net.Sockets;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>What a request costs. Alone, because the allocations of the whole process are counted: the lane has threads of its own.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    [Fact]
    public async Task A_request_allocates_nothing_in_the_long_run()
    {
        const int Requests = 5000;
        var wire = "POST /v1/infer HTTP/1.1\r\nHost: example\r\nContent-Type: application/json\r\nUser-Agent: test\r\nContent-Length: 16\r\n\r\n{\"inputs\":[1,2]}"u8.ToArray();
        using var replica = new QuietReplica("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"out\":[3]}"u8.ToArray());
        await using var lane = new LaneUnderTest(new(), null, replica.EndPoint);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(lane.Lane.EndPoint); // Not asynchronously: such a socket would allocate when it waits.
        Ask(client, wire, 2000);

        // Client and replica of this test allocate nothing either.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 10 && least >= Requests; attempt++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Ask(client, wire, Requests);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.True(least < Requests, $"{least} bytes were allocated for {Requests} requests"); // Less than a byte for each: the runner itself allocates now and then.
    }

    private static void Ask(Socket socket, byte[] wire, int times)
    {
        Span<byte> answer = stackalloc byte[4096];
        for (var i = 0; i < times; i++)
        {
            socket.Send(wire);
            var length = 0;
            while (!answer[..length].EndsWith("{\"out\":[3]}"u8))
            {
                length += socket.Receive(answer[length..]);
            }
        }
    }

    /// <summary>A replica that allocates nothing for a request.</summary>
    private sealed class QuietReplica : IDisposable
    {
        private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public QuietReplica(byte[] answer)
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(8);
            EndPoint = listener.LocalEndPoint!;
            new Thread(() => Serve(answer)) { IsBackground = true }.Start();
        }

        public EndPoint EndPoint { get; }

        public void Dispose() => listener.Dispose();

        private void Serve(byte[] answer)
        {
            using var connection = listener.Accept();
            connection.NoDelay = true;
            Span<byte> request = stackalloc byte[4096];
            var length = 0;
            while (true)
            {
                var count = connection.Receive(request[length..]);
                if (count == 0)
                {
                    return;
                }

                length += count;
                if (request[..length].EndsWith("[1,2]}"u8))
                {
                    connection.Send(answer);
                    length = 0;
                }
            }
        }
    }
}
