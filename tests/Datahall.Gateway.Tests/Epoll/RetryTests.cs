using System.Net;
using System.Net.Sockets;
using Datahall.Gateway.Dispatch;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>Requests that have no byte of an answer are not lost.</summary>
public sealed class RetryTests
{
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";

    [Fact]
    public async Task A_pooled_connection_that_the_replica_has_closed_is_not_used()
    {
        using var replica = new ScriptedReplica(static async connection =>
        {
            await connection.ReadAnswerOrEndAsync();
            await connection.SendAsync(ScriptedReplica.Ok("once"));
        });
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();

        for (var i = 0; i < 50; i++)
        {
            await client.SendAsync(Post);
            Assert.EndsWith("once", await client.ReadAnswerAsync());
        }

        Assert.Equal(50, replica.Connections);
    }

    [Fact]
    public async Task A_pooled_connection_that_breaks_with_the_next_request_is_replaced_by_a_fresh_one()
    {
        using var replica = new ScriptedReplica(static async connection =>
        {
            await connection.ReadAnswerOrEndAsync();
            await connection.SendAsync(ScriptedReplica.Ok("fresh"));
            await connection.ReadUntilAsync("POST"); // Stale: it is closed in the moment in which it is used.
            connection.Reset();
        });
        await using var lane = new LaneUnderTest(new RouteSpec { Retry = new() { Attempts = 1 } }, null, replica.EndPoint);
        using var client = await lane.ConnectAsync();

        for (var i = 0; i < 20; i++)
        {
            await client.SendAsync(Post);
            Assert.EndsWith("fresh", await client.ReadAnswerAsync());
        }
    }

    [Fact]
    public async Task A_refused_connection_goes_elsewhere()
    {
        var closed = ClosedPort();
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("alive"));
        await using var lane = new LaneUnderTest(new() { Balance = new() { Policy = BalancePolicy.RoundRobin } }, null, closed, replica.EndPoint);

        for (var i = 0; i < 10; i++)
        {
            Assert.EndsWith("alive", await lane.AskAsync(Post));
        }
    }

    [Fact]
    public async Task A_request_is_sent_again_whole_when_the_connection_breaks_before_an_answer()
    {
        var seen = new List<string>();
        var first = true;
        using var replica = new ScriptedReplica(async connection =>
        {
            var request = await connection.ReadAnswerOrEndAsync();
            if (first)
            {
                first = false;
                connection.Reset();
                return;
            }

            seen.Add(request!);
            await connection.SendAsync(ScriptedReplica.Ok("second"));
        });
        await using var lane = new LaneUnderTest(replica);
        var body = new string('b', 60_000);

        var answer = await lane.AskAsync($"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nea60\r\n{body}\r\n0\r\n\r\n");

        Assert.EndsWith("second", answer);
        Assert.EndsWith($"ea60\r\n{body}\r\n0\r\n\r\n", Assert.Single(seen));
    }

    [Fact]
    public async Task A_body_that_is_too_large_to_keep_is_not_sent_again()
    {
        using var replica = new ScriptedReplica(static async connection =>
        {
            await connection.ReadAsync(300_000);
            connection.Reset();
        });
        await using var lane = new LaneUnderTest(replica);

        var answer = await lane.AskAsync($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 400000\r\n\r\n{new string('b', 400_000)}");

        Assert.StartsWith("HTTP/1.1 502 ", answer);
        Assert.Contains("upstream_failed", answer);
    }

    [Fact]
    public async Task An_answer_of_503_goes_elsewhere_and_the_last_one_is_passed_on()
    {
        using var busy = ScriptedReplica.Answering("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
        using var free = ScriptedReplica.Answering(ScriptedReplica.Ok("free"));
        await using var both = new LaneUnderTest(new() { Balance = new() { Policy = BalancePolicy.RoundRobin } }, null, busy.EndPoint, free.EndPoint);
        await using var one = new LaneUnderTest(busy);

        for (var i = 0; i < 4; i++)
        {
            Assert.EndsWith("free", await both.AskAsync(Post));
        }

        Assert.Equal("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy", await one.AskAsync(Post));
    }

    [Fact]
    public async Task Silence_until_the_first_byte_is_ended_by_the_timeout_of_the_route()
    {
        using var silent = new ScriptedReplica(static connection => connection.ReadUntilAsync("never"));
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("spoke"));
        var spec = new RouteSpec { Timeouts = new() { FirstByte = new(200) }, Balance = new() { Policy = BalancePolicy.RoundRobin } };
        await using var both = new LaneUnderTest(spec, null, silent.EndPoint, replica.EndPoint);
        await using var one = new LaneUnderTest(spec, null, silent.EndPoint);

        Assert.EndsWith("spoke", await both.AskAsync(Post));
        Assert.EndsWith("spoke", await both.AskAsync(Post));
        Assert.StartsWith("HTTP/1.1 504 ", await one.AskAsync(Post));
    }

    [Fact]
    public async Task A_replica_found_down_gives_its_requests_to_others()
    {
        using var hung = new ScriptedReplica(static connection => connection.ReadUntilAsync("never"));
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("went on"));
        await using var lane = new LaneUnderTest(new() { Balance = new() { Policy = BalancePolicy.RoundRobin } }, null, hung.EndPoint, replica.EndPoint);
        var asking = Enumerable.Range(0, 10).Select(_ => lane.AskAsync(Post)).ToList();
        await Eventually.HoldsAsync(() => hung.Connections == 5, "five requests are at the hung replica");

        lane.Dispatcher.MarkDown(lane.Route.Replicas[0], "the test says so", GatewayClock.Now);

        Assert.All(await Task.WhenAll(asking), static answer => Assert.EndsWith("went on", answer));
    }

    [Fact]
    public async Task What_is_no_http_is_answered_502()
    {
        using var replica = ScriptedReplica.Answering("SSH-2.0-OpenSSH_9\r\n");
        await using var lane = new LaneUnderTest(replica);

        Assert.StartsWith("HTTP/1.1 502 ", await lane.AskAsync(Post));
    }

    [Fact]
    public async Task Bytes_that_nobody_asked_for_are_never_taken_for_the_next_answer()
    {
        using var replica = new ScriptedReplica(static async connection =>
        {
            await connection.ReadAnswerOrEndAsync();
            await connection.SendAsync(ScriptedReplica.Ok("mine") + ScriptedReplica.Ok("poison"));
            await connection.ReadUntilAsync("never");
        });
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();

        for (var i = 0; i < 20; i++)
        {
            await client.SendAsync(Post);
            Assert.EndsWith("mine", await client.ReadAnswerAsync());
        }
    }

    [Fact]
    public async Task Requests_wait_for_the_first_replica_of_a_service_that_is_wanted()
    {
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("woken"));
        await using var lane = new LaneUnderTest();
        lane.Apply([], awaited: true);
        var asking = Enumerable.Range(0, 20).Select(_ => lane.AskAsync(Post)).ToList();
        await Eventually.HoldsAsync(() => lane.Route.Room.Count == 20, "all requests wait");

        lane.Apply([replica.EndPoint], awaited: true);

        Assert.All(await Task.WhenAll(asking), static answer => Assert.EndsWith("woken", answer));
    }

    [Fact]
    public async Task A_route_that_has_no_replica_and_wants_none_says_so()
    {
        await using var lane = new LaneUnderTest();

        var answer = await lane.AskAsync(Post);

        Assert.StartsWith("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n", answer);
        Assert.Contains("Retry-After: 30\r\n", answer);
    }

    private static IPEndPoint ClosedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
