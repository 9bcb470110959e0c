using System.Net.Sockets;
using System.Text;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>Clients that are slow, gone, or worse.</summary>
public sealed class HostileClientTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static readonly TimeSpan shortly = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "400")]
    [InlineData("GET / HTTP/3.0\r\n\r\n", "505")]
    [InlineData("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "501")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n", "417")]
    public async Task A_malformed_request_is_answered_and_closed_and_nothing_behind_it_is_read(string request, string status)
    {
        var seen = new List<string>();
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("no"), seen);
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();

        await client.SendAsync(request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
        var answer = await client.ReadToEndAsync();

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Contains("Connection: close\r\n", answer);
        Assert.Equal(1, answer.Split("Content-Length:").Length - 1);
        Assert.DoesNotContain(seen, static request => request.Contains("smuggled"));
    }

    [Fact]
    public async Task Giant_headers_are_refused_while_they_come()
    {
        await using var lane = new LaneUnderTest();
        using var client = await lane.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Repeat("X: " + new string('x', 1000) + "\r\n", 17)));

        Assert.StartsWith("HTTP/1.1 431 ", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_body_above_the_limit_of_the_route_is_refused_by_its_length_or_while_it_comes()
    {
        using var replica = new ScriptedReplica(static connection => connection.ReadToEndAsync());
        await using var lane = new LaneUnderTest(new() { Limits = new() { Body = new(100_000) } }, null, replica.EndPoint);
        using var chunked = await lane.ConnectAsync();

        Assert.StartsWith("HTTP/1.1 413 ", await lane.AskAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n"));
        await chunked.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat("2710\r\n" + new string('x', 10_000) + "\r\n", 12)));
        Assert.StartsWith("HTTP/1.1 413 ", await chunked.ReadToEndAsync());
    }

    [Fact]
    public async Task A_slow_head_or_body_is_ended_with_408()
    {
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("no"));
        await using var lane = new LaneUnderTest(new(), LaneUnderTest.Options() with { HeadTimeout = shortly }, replica.EndPoint);
        using var head = await lane.ConnectAsync();
        using var body = await lane.ConnectAsync();

        await head.SendAsync("GET / HTTP/1.1\r\nHos");
        await body.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");

        Assert.StartsWith("HTTP/1.1 408 ", await head.ReadToEndAsync());
        Assert.StartsWith("HTTP/1.1 408 ", await body.ReadToEndAsync());
        Assert.Equal(0, replica.Connections); // No replica was kept busy by it.
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_closed()
    {
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("ok"));
        await using var lane = new LaneUnderTest(new(), LaneUnderTest.Options() with { HeadTimeout = shortly, KeepAlive = shortly }, replica.EndPoint);
        using var mute = await lane.ConnectAsync();
        using var idle = await lane.ConnectAsync();

        await idle.SendAsync(Get);

        Assert.Empty(await mute.ReadToEndAsync());
        Assert.EndsWith("ok", await idle.ReadToEndAsync());
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_work_of_the_replica()
    {
        var ended = new TaskCompletionSource();
        using var replica = new ScriptedReplica(async connection =>
        {
            await connection.ReadAnswerOrEndAsync();
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        await using var lane = new LaneUnderTest(replica);
        var client = await lane.ConnectAsync();
        await client.SendAsync(Get);
        await Eventually.HoldsAsync(() => lane.Route.Replicas[0].InFlight == 1, "the request is at the replica");

        client.Dispose();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => lane.Route.Replicas[0].InFlight == 0 && lane.Lane is { Clients: 0, UsedBytes: 0 }, "nothing of it is left");
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_a_stream_ends_it()
    {
        var ended = new TaskCompletionSource();
        using var replica = new ScriptedReplica(async connection =>
        {
            await connection.ReadAnswerOrEndAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();
        await client.SendAsync(Get);
        await client.ReadUntilAsync("one\r\n");

        client.Reset();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_half_closed_client_is_answered_only_if_the_lane_is_told_so(bool answered)
    {
        using var replica = new ScriptedReplica(static async connection =>
        {
            await connection.ReadAnswerOrEndAsync();
            await connection.SendAsync(ScriptedReplica.Ok("answered"));
        });
        await using var lane = new LaneUnderTest(new(), LaneUnderTest.Options() with { AnswerHalfClosed = answered }, replica.EndPoint);
        using var client = await lane.ConnectAsync();

        client.Socket.NoDelay = false;
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n");
        await client.SendAsync("x");
        client.EndSending();

        var answer = await client.ReadToEndAsync();
        Assert.True(answered ? answer.EndsWith("answered", StringComparison.Ordinal) : answer.Length == 0 || answer.EndsWith("answered", StringComparison.Ordinal));
        await Eventually.HoldsAsync(() => lane.Lane is { Clients: 0, UsedBytes: 0 }, "nothing of it is left");
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_the_replica_back_and_little_memory()
    {
        const int Large = 64 * 1024 * 1024;
        var sent = 0L;
        using var replica = new ScriptedReplica(async connection =>
        {
            await connection.ReadAnswerOrEndAsync();
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Large}\r\n\r\n");
            var piece = new byte[64 * 1024];
            for (var i = 0; i < Large / piece.Length; i++)
            {
                await connection.SendAsync(piece);
                Interlocked.Add(ref sent, piece.Length);
            }
        });
        await using var lane = new LaneUnderTest(replica);
        using var slow = await lane.ConnectAsync();
        slow.Socket.ReceiveBufferSize = 8192;

        await slow.SendAsync(Get);
        await Eventually.HoldsAsync(() => Interlocked.Read(ref sent) > 0, "the answer has begun");
        for (var i = 0; i < 20; i++)
        {
            using var other = await lane.ConnectAsync();
            await other.SendAsync("GET / HTTP/1.1\r\nHost: \r\nBad\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 400", await other.ReadToEndAsync()); // Others are served.
        }

        Assert.True(lane.Lane.UsedBytes <= 200_000, $"{lane.Lane.UsedBytes} bytes of buffers for one slow client");
        Assert.True(Interlocked.Read(ref sent) < Large, "the replica was not held back");
    }

    [Fact]
    public async Task Endless_streams_and_endless_requests_do_not_keep_others_waiting()
    {
        using var replica = new ScriptedReplica(static async connection =>
        {
            while (await connection.ReadAnswerOrEndAsync() is { } request)
            {
                if (request.StartsWith("GET /endless", StringComparison.Ordinal))
                {
                    await connection.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
                    for (var piece = new byte[256 * 1024]; ;)
                    {
                        await connection.SendAsync(piece);
                    }
                }

                await connection.SendAsync(ScriptedReplica.Ok("ok"));
            }
        });
        await using var lane = new LaneUnderTest(replica);
        using var stream = await lane.ConnectAsync();
        using var flood = await lane.ConnectAsync();
        await stream.SendAsync("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
        var busy = new[] { Busy(() => DrainAsync(stream)), Busy(() => DrainAsync(flood)), Busy(() => FloodAsync(flood)) };

        for (var i = 0; i < 20; i++)
        {
            Assert.EndsWith("ok", await lane.AskAsync(Get));
        }

        Assert.All(busy, static task => Assert.False(task.IsCompleted));
        stream.Dispose();
        flood.Dispose();
        await Task.WhenAll(busy);

        static Task Busy(Func<Task> work) => Task.Run(
            async () =>
            {
                try
                {
                    await work();
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    // The test closes the connection: that is its end.
                }
            },
            TestContext.Current.CancellationToken);

        static async Task DrainAsync(RawClient client)
        {
            var buffer = new byte[1024 * 1024];
            while (await client.Socket.ReceiveAsync(buffer) > 0)
            {
            }
        }

        static async Task FloodAsync(RawClient client)
        {
            var many = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 1000)));
            while (true)
            {
                await client.SendAsync(many);
            }
        }
    }

    [Fact]
    public async Task A_storm_of_resets_leaves_nothing_behind()
    {
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("ok"));
        await using var lane = new LaneUnderTest(replica);
        var random = new Random(3);
        for (var round = 0; round < 20; round++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => lane.ConnectAsync()));
            foreach (var client in clients)
            {
                await client.SendAsync(Get[..random.Next(1, Get.Length + 1)]);
                client.Reset();
            }
        }

        await Eventually.HoldsAsync(() => lane.Lane is { Clients: 0, UsedBytes: 0 } && lane.Route.Replicas[0].InFlight == 0, "nothing of them is left");
        Assert.EndsWith("ok", await lane.AskAsync(Get));
    }

    [Fact]
    public async Task Thousands_of_idle_connections_hold_no_buffers()
    {
        const int Many = 4000;
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("ok"));
        await using var lane = new LaneUnderTest(replica);
        var clients = new List<RawClient>();
        for (var i = 0; i < Many; i++)
        {
            clients.Add(await lane.ConnectAsync());
            if (i % 10 == 0)
            {
                await clients[i].SendAsync(Get);
                Assert.EndsWith("ok", await clients[i].ReadAnswerAsync());
            }
        }

        Assert.EndsWith("ok", await lane.AskAsync(Get));
        await Eventually.HoldsAsync(() => lane.Lane is { Clients: Many, UsedBytes: 0 }, "they are connected and hold no buffer");
        clients.ForEach(static client => client.Dispose());
        await Eventually.HoldsAsync(() => lane.Lane.Clients == 0, "they are gone");
    }

    [Fact]
    public async Task At_the_limit_further_connections_wait_in_the_kernel()
    {
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("ok"));
        await using var lane = new LaneUnderTest(new(), LaneUnderTest.Options() with { Connections = 2 }, replica.EndPoint);
        using var first = await lane.ConnectAsync();
        using var second = await lane.ConnectAsync();
        await first.SendAsync(Get);
        await second.SendAsync(Get);
        await first.ReadAnswerAsync();
        await second.ReadAnswerAsync();
        using var third = await lane.ConnectAsync();
        await third.SendAsync(Get);

        Assert.Equal(2, lane.Lane.Clients);
        first.Dispose();

        Assert.EndsWith("ok", await third.ReadAnswerAsync());
    }

    [Fact]
    public async Task The_whole_request_has_an_end()
    {
        using var replica = new ScriptedReplica(static connection => connection.ReadUntilAsync("never"));
        await using var lane = new LaneUnderTest(new() { Timeouts = new() { Request = new(200) } }, null, replica.EndPoint);

        Assert.StartsWith("HTTP/1.1 504 ", await lane.AskAsync(Get));
    }

    [Fact]
    public async Task Silence_in_the_middle_of_an_answer_breaks_it_off()
    {
        using var replica = new ScriptedReplica(static async connection =>
        {
            await connection.ReadAnswerOrEndAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            await connection.ReadUntilAsync("never");
        });
        await using var lane = new LaneUnderTest(new() { Timeouts = new() { Idle = new(200) } }, null, replica.EndPoint);
        using var client = await lane.ConnectAsync();

        await client.SendAsync(Get);

        Assert.EndsWith("half", await client.ReadToEndAsync());
        Assert.Equal(0, lane.Route.InFlight);
    }
}
