using System.Net;
using System.Net.Sockets;
using Datahall.Gateway.Epoll;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>The lane as a whole: draining, handing over, and who the client is.</summary>
public sealed class LaneTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public async Task Drain_lets_requests_end_and_closes_idle_connections()
    {
        var release = new TaskCompletionSource();
        using var replica = new ScriptedReplica(async connection =>
        {
            while (await connection.ReadAnswerOrEndAsync() is { } request)
            {
                if (request.StartsWith("GET /slow", StringComparison.Ordinal))
                {
                    await release.Task;
                }

                await connection.SendAsync(ScriptedReplica.Ok("done"));
            }
        });
        await using var lane = new LaneUnderTest(new(), LaneUnderTest.Options() with { Shards = 2 }, replica.EndPoint);
        using var idle = await lane.ConnectAsync();
        using var busy = await lane.ConnectAsync();
        await idle.SendAsync(Get);
        await idle.ReadAnswerAsync();
        await busy.SendAsync(Get.Replace("/ ", "/slow ", StringComparison.Ordinal));
        await Eventually.HoldsAsync(() => lane.Route.InFlight == 1, "the slow request is at the replica");

        var draining = lane.Lane.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await idle.ReadToEndAsync());
        Assert.False(draining.IsCompleted);
        await Eventually.HoldsAsync(() => IsRefused(lane.Lane.EndPoint), "no shard listens any more");
        release.SetResult();
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndone", await busy.ReadToEndAsync());
        await draining;
    }

    [Fact]
    public async Task Shards_share_one_port()
    {
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("ok"));
        await using var lane = new LaneUnderTest(new(), LaneUnderTest.Options() with { Shards = 3 }, replica.EndPoint);

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => lane.AskAsync(Get)));

        Assert.All(answers, static answer => Assert.EndsWith("ok", answer));
    }

    [Fact]
    public async Task A_port_that_another_lane_has_is_taken()
    {
        await using var lane = new LaneUnderTest();

        var fault = Assert.Throws<SocketException>(() => new EpollLane(new(1), LaneUnderTest.Options() with { Listen = lane.Lane.EndPoint }));

        Assert.Equal(SocketError.AddressAlreadyInUse, fault.SocketErrorCode);
    }

    [Fact]
    public async Task A_proxy_before_the_lane_says_who_the_client_is()
    {
        var seen = new List<string>();
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("ok"), seen);
        await using var lane = new LaneUnderTest(new(), LaneUnderTest.Options() with { ExpectProxyHeader = true }, replica.EndPoint);
        using var liar = await lane.ConnectAsync();
        using var pieces = await lane.ConnectAsync();

        await liar.SendAsync(Get);
        Assert.Empty(await liar.ReadToEndAsync());
        foreach (var letter in "PROXY TCP4 192.0.2.7 10.0.0.1 4711 80\r\n" + Get)
        {
            await pieces.SendAsync(letter.ToString());
        }

        Assert.EndsWith("ok", await pieces.ReadAnswerAsync());
        Assert.Contains("X-Forwarded-For: 192.0.2.7\r\n", Assert.Single(seen));
    }

    [Fact]
    public async Task Forwarded_headers_of_trusted_clients_are_added_to()
    {
        var seen = new List<string>();
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("ok"), seen);
        await using var lane = new LaneUnderTest(new(), LaneUnderTest.Options() with { TrustForwarded = true }, replica.EndPoint);

        await lane.AskAsync("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: outer\r\n\r\n");

        Assert.Contains("X-Forwarded-For: 192.0.2.1, 127.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: outer\r\n", Assert.Single(seen));
    }

    [Fact]
    public async Task A_trace_goes_on_and_the_path_of_the_route_is_cut_off()
    {
        var seen = new List<string>();
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("ok"), seen);
        await using var lane = new LaneUnderTest(new() { Path = "/service", StripPath = true }, null, replica.EndPoint);

        await lane.AskAsync("GET http://a/service/x?y=1 HTTP/1.1\r\nHost: a\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
        await lane.AskAsync("GET /service HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.StartsWith("GET /x?y=1 HTTP/1.1\r\n", seen[0]);
        Assert.Contains("traceparent: 00-0af7651916cd43dd8448eb211c80319c-", seen[0]);
        Assert.DoesNotContain("b7ad6b7169203331", seen[0]);
        Assert.StartsWith("GET / HTTP/1.1\r\n", seen[1]);
    }

    [Theory]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nframes;")]
    [InlineData("GET /hedged HTTP/1.1\r\nHost: a\r\n\r\nand what follows;")]
    public async Task What_the_lane_cannot_serve_goes_to_the_other_one_with_the_clients_address(string bytes)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var other = new ScriptedReplica(
            static async connection =>
            {
                var all = await connection.ReadUntilAsync(";");
                await connection.SendAsync("got " + all);
                await connection.SendAsync((await connection.ReadUntilAsync(";")).ToUpperInvariant());
            },
            new UnixDomainSocketEndPoint(path));
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("no"));
        await using var lane = new LaneUnderTest(
            new() { Hedge = new() { After = new(1000) } },
            LaneUnderTest.Options() with { Relay = other.EndPoint },
            replica.EndPoint);
        using var client = await lane.ConnectAsync();
        var port = ((IPEndPoint)client.Socket.LocalEndPoint!).Port;

        await client.SendAsync(bytes);

        Assert.Equal($"got PROXY TCP4 127.0.0.1 0.0.0.0 {port} 0\r\n{bytes}", await client.ReadUntilAsync(";"));
        await client.SendAsync("more;");
        Assert.Equal("MORE;", await client.ReadToEndAsync());
        Assert.Equal(0, replica.Connections);
        File.Delete(path);
    }

    [Fact]
    public async Task What_is_no_request_or_has_no_route_is_counted_as_such()
    {
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("fine"));
        await using var lane = new LaneUnderTest(new() { Path = "/here" }, null, replica.EndPoint);

        Assert.StartsWith("HTTP/1.1 400 ", await lane.AskAsync("GET /here HTTP/1.1\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 505 ", await lane.AskAsync("GET /here HTTP/3.0\r\nHost: a\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 404 ", await lane.AskAsync("GET /there HTTP/1.1\r\nHost: a\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 200 ", await lane.AskAsync("GET /here HTTP/1.1\r\nHost: a\r\n\r\n"));

        var unrouted = lane.Dispatcher.Unrouted;
        Assert.Equal((0, 2, 1), (unrouted.Answered(2), unrouted.Answered(4), unrouted.Answered(5)));
        Assert.Equal(["bad_request 2", "no_route 1"], unrouted.Refusals.Select(static refusal => $"{refusal.Reason} {refusal.Count}").Order(StringComparer.Ordinal));
        Assert.Equal(1, lane.Route.Stats.Answered(2));
    }

    [Fact]
    public async Task Without_another_lane_such_requests_are_refused()
    {
        await using var lane = new LaneUnderTest(new RouteSpec { Hedge = new() { After = new(1000) } }, null);

        Assert.StartsWith("HTTP/1.1 501 ", await lane.AskAsync(Get));
        Assert.StartsWith("HTTP/1.1 505 ", await lane.AskAsync("PRI * HTTP/2.0\r\n\r\n"));
    }

    [Fact]
    public async Task Another_lane_that_does_not_answer_is_told_to_the_client()
    {
        var nowhere = new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        await using var lane = new LaneUnderTest(new RouteSpec { Hedge = new() { After = new(1000) } }, LaneUnderTest.Options() with { Relay = nowhere });

        Assert.StartsWith("HTTP/1.1 503 ", await lane.AskAsync(Get));
    }

    [Fact]
    public async Task The_model_in_the_body_decides_where_a_request_goes()
    {
        var seen = new List<string>();
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("ok"), seen);
        await using var lane = new LaneUnderTest(new() { Protocol = RouteProtocol.OpenAI, Models = ["llama"] }, null, replica.EndPoint);
        var large = new string('x', 700_000);

        Assert.EndsWith("ok", await AskAsync(lane, """{"model":"llama","messages":[]}"""));
        Assert.EndsWith("ok", await AskAsync(lane, $$"""{"messages":[{"content":"{{large}}"}],"model":"llama"}"""));
        Assert.Contains("model_not_found", await AskAsync(lane, """{"model":"other"}"""));
        Assert.Contains("ambiguous_body", await AskAsync(lane, """{"model":"llama","model":"other"}"""));
        Assert.Equal(2, seen.Count);
        Assert.EndsWith("\"model\":\"llama\"}", seen[1]);
        Assert.Contains("\"id\":\"llama\"", await lane.AskAsync("GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    [Fact]
    public async Task A_session_stays_by_its_cookie()
    {
        var seen = new List<string>();
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("ok"), seen);
        await using var lane = new LaneUnderTest(new() { Balance = new() { Policy = BalancePolicy.SessionAffinity } }, null, replica.EndPoint);

        var first = await lane.AskAsync(Get);
        var cookie = first.Split("\r\n").Single(static line => line.StartsWith("Set-Cookie: ", StringComparison.Ordinal))["Set-Cookie: ".Length..].Split(';')[0];
        var second = await lane.AskAsync($"GET / HTTP/1.1\r\nHost: a\r\nCookie: x=y; {cookie}\r\n\r\n");

        Assert.StartsWith("datahall-session=", cookie);
        Assert.DoesNotContain("Set-Cookie", second);
    }

    private static bool IsRefused(EndPoint endPoint)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(endPoint);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static Task<string> AskAsync(LaneUnderTest lane, string json) =>
        lane.AskAsync($"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}");
}
