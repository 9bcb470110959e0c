using System.Text;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>Every kind of message that HTTP/1.1 knows, through the lane.</summary>
public sealed class MessageTests
{
    [Fact]
    public async Task Chunked_bodies_pass_both_ways_with_their_trailers()
    {
        var seen = new List<string>();
        using var replica = ScriptedReplica.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 9\r\n\r\n", seen);
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\n\r\n");

        Assert.EndsWith("\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 9\r\n\r\n", await client.ReadUntilAsync("X-Sum: 9\r\n\r\n"));
        Assert.EndsWith("\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\n\r\n", Assert.Single(seen));
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Contains("X-Sum: 9", await client.ReadUntilAsync("X-Sum: 9\r\n\r\n"));
        Assert.Equal(1, replica.Connections);
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    public async Task Answers_without_body_keep_both_connections(string method, string answer)
    {
        using var replica = ScriptedReplica.Answering(answer);
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();

        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal(answer, await client.ReadAnswerAsync(hasBody: false));
        }

        Assert.Equal(1, replica.Connections);
    }

    [Fact]
    public async Task An_answer_that_ends_with_its_connection_ends_that_of_the_client()
    {
        using var replica = new ScriptedReplica(static async connection =>
        {
            await connection.ReadAnswerOrEndAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\n\r\nuntil ");
            await connection.SendAsync("the end");
        });
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Interim_answers_pass_but_100_which_the_gateway_gives_itself()
    {
        using var replica = ScriptedReplica.Answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ScriptedReplica.Ok("final"));
        await using var lane = new LaneUnderTest(replica);

        using var client = await lane.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", await client.ReadUntilAsync("\r\n\r\n"));
        Assert.Equal(ScriptedReplica.Ok("final"), await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task A_client_that_expects_100_gets_it_and_the_replica_is_not_asked_for_it()
    {
        var seen = new List<string>();
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("ok"), seen);
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await client.ReadUntilAsync("\r\n\r\n"));
        await client.SendAsync("body");

        Assert.EndsWith("ok", await client.ReadAnswerAsync());
        Assert.DoesNotContain("Expect", Assert.Single(seen));
    }

    [Fact]
    public async Task Http_1_0_clients_get_no_chunks_and_may_keep_their_connection()
    {
        using var chunked = ScriptedReplica.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX: y\r\n\r\n");
        using var sized = ScriptedReplica.Answering(ScriptedReplica.Ok("sized"));
        await using var first = new LaneUnderTest(chunked);
        await using var second = new LaneUnderTest(sized);
        using var client = await second.ConnectAsync();

        Assert.Equal("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello world", await first.AskAsync("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
        await client.SendAsync("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        Assert.Contains("Connection: keep-alive", await client.ReadAnswerAsync());
        await client.SendAsync("GET / HTTP/1.0\r\n\r\n");
        Assert.Contains("Connection: close", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        var number = 0;
        using var replica = new ScriptedReplica(async connection =>
        {
            while (await connection.ReadAnswerOrEndAsync() is not null)
            {
                await connection.SendAsync(ScriptedReplica.Ok($"answer {Interlocked.Increment(ref number)};"));
            }
        });
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();
        var requests = string.Concat(Enumerable.Repeat("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /none HTTP/1.1\r\nHost: a\r\n\r\n", 100));

        await client.SendAsync(requests);

        for (var i = 1; i <= 200; i++)
        {
            Assert.EndsWith($"answer {i};", await client.ReadUntilAsync(";"));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bodies_of_5_MB_pass_both_ways(bool chunked)
    {
        var body = Body(5_000_000);
        var request = chunked ? Chunked(body) : $"Content-Length: {body.Length}\r\n\r\n{body}";
        using var replica = new ScriptedReplica(async connection =>
        {
            var asked = await connection.ReadAnswerOrEndAsync();
            var same = asked is not null && asked.EndsWith(chunked ? request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..] : body, StringComparison.Ordinal);
            await connection.SendAsync(same ? "HTTP/1.1 200 OK\r\n" + request : "HTTP/1.1 500 Not The Same\r\nContent-Length: 0\r\n\r\n");
        });
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();

        var sending = client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\n" + request);
        var answer = await client.ReadAnswerAsync();
        await sending;

        Assert.StartsWith("HTTP/1.1 200 OK", answer);
        Assert.EndsWith(chunked ? request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..] : body, answer);
    }

    [Fact]
    public async Task Server_sent_events_pass_one_by_one()
    {
        var next = new SemaphoreSlim(0);
        using var replica = new ScriptedReplica(async connection =>
        {
            await connection.ReadAnswerOrEndAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var i = 0; i < 20; i++)
            {
                await connection.SendAsync($"9\r\ndata: {i % 10}\n\n\r\n");
                await next.WaitAsync();
            }

            await connection.SendAsync("0\r\n\r\n");
        });
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        await client.ReadUntilAsync("\r\n\r\n");
        for (var i = 0; i < 20; i++)
        {
            Assert.Contains($"data: {i % 10}\n\n", await client.ReadUntilAsync("\n\n\r\n")); // The replica sends no more before this came.
            next.Release();
        }

        Assert.Equal("0\r\n\r\n", await client.ReadAsync(5));
    }

    [Fact]
    public async Task An_upgrade_makes_a_tunnel_both_ways()
    {
        using var replica = new ScriptedReplica(static async connection =>
        {
            var request = await connection.ReadUntilAsync("\r\n\r\n");
            Assert.Contains("Connection: Upgrade\r\nUpgrade: websocket\r\n", request);
            await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nfrom the replica;");
            while (true)
            {
                var word = await connection.ReadUntilAsync(";");
                await connection.SendAsync(word.ToUpperInvariant());
            }
        });
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();

        await client.SendAsync("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: y\r\n\r\nat once;");

        Assert.Equal("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", await client.ReadUntilAsync("\r\n\r\n"));
        Assert.Equal("from the replica;", await client.ReadUntilAsync(";"));
        Assert.Equal("AT ONCE;", await client.ReadUntilAsync(";"));
        var large = new string('x', 300_000) + ";";
        var sending = client.SendAsync(large);
        Assert.Equal(large.ToUpperInvariant(), await client.ReadUntilAsync(";"));
        await sending;
        client.EndSending();
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task An_answer_that_breaks_off_breaks_the_clients_connection_too()
    {
        using var replica = new ScriptedReplica(static async connection =>
        {
            await connection.ReadAnswerOrEndAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        });
        await using var lane = new LaneUnderTest(replica);

        using var client = await lane.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.EndsWith("half", await client.ReadToEndAsync());
    }

    private static string Body(int length)
    {
        var random = new Random(7);
        return new StringBuilder().Append([.. Enumerable.Range(0, length).Select(_ => (char)random.Next(33, 126))]).ToString();
    }

    private static string Chunked(string body)
    {
        var text = new StringBuilder("Transfer-Encoding: chunked\r\n\r\n");
        for (var at = 0; at < body.Length; at += 50_000)
        {
            text.Append("c350\r\n").Append(body, at, 50_000).Append("\r\n");
        }

        return text.Append("0\r\n\r\n").ToString();
    }
}
