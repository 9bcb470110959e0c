using System.Net;
using System.Text;
using Datahall.Gateway.Kestrel;
using Datahall.Gateway.Tracing;
using Datahall.Model;
using Microsoft.AspNetCore.Http;

namespace Datahall.Gateway.Tests.Kestrel;

public sealed class ForwardingTests
{
    private static readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_passes_with_status_headers_and_body()
    {
        await using var backend = await Backend.StartAsync(static http =>
        {
            http.Response.StatusCode = 201;
            http.Response.Headers["X-Own"] = "a";
            http.Response.Headers.Append("Set-Cookie", "one=1");
            http.Response.Headers.Append("Set-Cookie", "two=2");
            return http.Response.WriteAsync("made");
        });
        await using var lane = await LaneFixture.ToAsync(new(), backend.EndPoint);

        using var answer = await lane.Client.GetAsync("things?x=1", cancellation);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("a", answer.Headers.GetValues("X-Own").Single());
        Assert.Equal(["one=1", "two=2"], answer.Headers.GetValues("Set-Cookie"));
        Assert.Equal("made", await answer.Content.ReadAsStringAsync(cancellation));
    }

    [Theory]
    [InlineData(false, "127.0.0.1", "http", "example.com:81")]
    [InlineData(true, "10.0.0.1, 127.0.0.1", "https", "front.test")]
    public async Task A_replica_sees_the_request_as_it_was_sent_and_who_sent_it(bool trusts, string addresses, string scheme, string host)
    {
        var seen = new TaskCompletionSource<(string Target, IHeaderDictionary Headers)>();
        await using var backend = await Backend.StartAsync(http =>
        {
            var target = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            seen.SetResult((target, new HeaderDictionary(http.Request.Headers.ToDictionary())));
            return Task.CompletedTask;
        });
        await using var lane = await LaneFixture.StartAsync(new KestrelLaneOptions { TrustForwarded = trusts, LameDuck = TimeSpan.Zero });
        lane.Route("svc", new(), backend.EndPoint);
        await using var client = await RawClient.ConnectAsync(lane.Port);

        await client.SendAsync(
            "GET /a%2Fb//c?q=%41&r=[1] HTTP/1.1\r\nHost: example.com:81\r\nConnection: X-Hop\r\nX-Hop: gone\r\nTE: trailers\r\nKeep-Alive: 5\r\n"
            + "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: front.test\r\nCookie: a=b\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
        var answer = await client.UntilAsync("\r\n\r\n");
        var (target, headers) = await seen.Task;

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Equal("/a%2Fb//c?q=%41&r=[1]", target);
        Assert.Equal("example.com:81", headers.Host);
        Assert.Equal(addresses, headers["X-Forwarded-For"]);
        Assert.Equal(scheme, headers["X-Forwarded-Proto"]);
        Assert.Equal(host, headers["X-Forwarded-Host"]);
        Assert.Equal("a=b", headers.Cookie);
        Assert.DoesNotContain(headers.Keys, static name => name is "X-Hop" or "TE" or "Keep-Alive" or "Connection");
        Assert.True(TraceContext.IsValid(Encoding.ASCII.GetBytes(headers.TraceParent!)));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", headers.TraceParent, StringComparison.Ordinal);
        Assert.DoesNotContain("b7ad6b7169203331", headers.TraceParent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(10, false)]
    [InlineData(10, true)]
    [InlineData(65_536, false)]
    [InlineData(300_000, false)]
    [InlineData(300_000, true)]
    public async Task A_body_passes_both_ways(int size, bool chunked)
    {
        await using var backend = await Backend.EchoAsync();
        await using var lane = await LaneFixture.ToAsync(new(), backend.EndPoint);
        var body = new byte[size];
        new Random(size).NextBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, "echo") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await lane.Client.SendAsync(request, cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(cancellation));
    }

    [Fact]
    public async Task The_answer_to_HEAD_has_the_length_and_no_body()
    {
        await using var backend = await Backend.StartAsync(static http =>
        {
            http.Response.ContentLength = 1234;
            return Task.CompletedTask;
        });
        await using var lane = await LaneFixture.ToAsync(new(), backend.EndPoint);
        using var request = new HttpRequestMessage(HttpMethod.Head, "file");

        using var answer = await lane.Client.SendAsync(request, cancellation);

        Assert.Equal(1234, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(cancellation));
    }

    [Fact]
    public async Task An_event_reaches_the_client_before_the_next_one_is_made()
    {
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await Backend.StartAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync("data: 1\n\n");
            await next.Task;
            await http.Response.WriteAsync("data: 2\n\n");
        });
        await using var lane = await LaneFixture.ToAsync(new(), backend.EndPoint);

        using var answer = await lane.Client.GetAsync("stream", HttpCompletionOption.ResponseHeadersRead, cancellation);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        var first = await reader.ReadLineAsync(cancellation);
        next.SetResult();
        var rest = await reader.ReadToEndAsync(cancellation);

        Assert.Equal("data: 1", first);
        Assert.Equal("\ndata: 2\n\n", rest);
    }

    [Fact]
    public async Task A_part_of_a_body_reaches_the_replica_before_the_next_one_is_sent()
    {
        var came = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await Backend.StartAsync(async http =>
        {
            var buffer = new byte[100];
            var count = await http.Request.Body.ReadAsync(buffer);
            came.SetResult(Encoding.ASCII.GetString(buffer, 0, count));
            await http.Request.Body.CopyToAsync(http.Response.Body);
        });
        await using var lane = await LaneFixture.ToAsync(new(), backend.EndPoint);
        await using var client = await RawClient.ConnectAsync(lane.Port);

        await client.SendAsync("POST /up HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        var first = await came.Task;
        await client.SendAsync("3\r\ntwo\r\n0\r\n\r\n");
        var answer = await client.ToEndAsync();

        Assert.Equal("one", first);
        Assert.Contains("two", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_routes_path_is_left_out_when_it_says_so()
    {
        await using var backend = await Backend.StartAsync(static http => http.Response.WriteAsync(http.Request.Path + http.Request.QueryString));
        await using var lane = await LaneFixture.ToAsync(new() { Path = "/api", StripPath = true }, backend.EndPoint);

        Assert.Equal("/v1/x?y=1", await lane.Client.GetStringAsync("api/v1/x?y=1", cancellation));
        Assert.Equal("/", await lane.Client.GetStringAsync("api", cancellation));
    }

    [Fact]
    public async Task A_target_in_absolute_form_is_routed_by_its_path()
    {
        await using var backend = await Backend.StartAsync(static http => http.Response.WriteAsync($"{http.Request.Path}{http.Request.QueryString}"));
        await using var lane = await LaneFixture.ToAsync(new() { Path = "/api" }, backend.EndPoint);
        await using var client = await RawClient.ConnectAsync(lane.Port);

        await client.SendAsync("GET http://a.test/api/x?y=http://b/ HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");

        Assert.Contains("/api/x?y=http://b/", await client.ToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_Kestrel_does_not_take_leaves_no_count_behind()
    {
        await using var odd = RawBackend.Answering("HTTP/1.1 200 OK\r\nX-Odd: a\u0001b\r\nContent-Length: 0\r\n\r\n");
        await using var lane = await LaneFixture.ToAsync(new(), odd.EndPoint);

        using var answer = await lane.Client.GetAsync("x", cancellation);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(0, lane.Replica(odd.EndPoint).InFlight);
    }

    [Fact]
    public async Task A_request_without_a_route_is_answered_404()
    {
        await using var lane = await LaneFixture.ToAsync(new() { Path = "/api" }, RawBackend.Nobody());

        using var answer = await lane.Client.GetAsync("other", cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("no_route", await answer.Content.ReadAsStringAsync(cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/../secret")]
    [InlineData("/api/%2e%2E/secret")]
    [InlineData("/api/.%2e")]
    [InlineData("/api/./x")]
    public async Task A_path_that_servers_could_read_differently_is_refused(string path)
    {
        await using var backend = await Backend.EchoAsync();
        await using var lane = await LaneFixture.ToAsync(new() { Path = "/api" }, backend.EndPoint);
        await using var client = await RawClient.ConnectAsync(lane.Port);

        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", await client.ToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(0, backend.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_above_the_limit_is_answered_413(bool chunked)
    {
        await using var backend = await Backend.EchoAsync();
        await using var lane = await LaneFixture.ToAsync(new() { Limits = new() { Body = new Bytes(1000) } }, backend.EndPoint);
        using var request = new HttpRequestMessage(HttpMethod.Post, "echo") { Content = new ByteArrayContent(new byte[1001]) };
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await lane.Client.SendAsync(request, cancellation);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task A_client_that_expects_to_continue_is_told_so_once_its_request_may_pass()
    {
        await using var backend = await Backend.EchoAsync();
        await using var lane = await LaneFixture.ToAsync(new() { Limits = new() { Body = new Bytes(10) } }, backend.EndPoint);
        await using var client = await RawClient.ConnectAsync(lane.Port);
        await using var greedy = await RawClient.ConnectAsync(lane.Port);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        await client.UntilAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("body");
        await greedy.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");

        Assert.EndsWith("body\r\n0\r\n\r\n", await client.ToEndAsync(), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 413 ", await greedy.UntilAsync("body_too_large"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_makes_the_replica_stop()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await Backend.StartAsync(async http =>
        {
            http.RequestAborted.Register(stopped.SetResult);
            await http.Response.WriteAsync("begun");
            await stopped.Task;
        });
        await using var lane = await LaneFixture.ToAsync(new(), backend.EndPoint);

        var client = await RawClient.ConnectAsync(lane.Port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.UntilAsync("begun");
        await client.DisposeAsync();

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellation);
    }

    [Fact]
    public async Task The_model_of_a_body_decides_and_the_body_still_arrives_whole()
    {
        await using var small = await Backend.StartAsync(static http => Tell(http, "small"));
        await using var large = await Backend.StartAsync(static http => Tell(http, "large"));
        await using var lane = await LaneFixture.StartAsync();
        lane.Route("small", new() { Protocol = RouteProtocol.OpenAI }, small.EndPoint);
        lane.Route("large", new() { Protocol = RouteProtocol.OpenAI }, large.EndPoint);
        var long_ = new string('x', 200_000);

        Assert.Equal("small 30", await AskAsync(lane, /*lang=json*/ "{\"model\":\"small\",\"messages\":1}"));
        Assert.Equal("large 200031", await AskAsync(lane, $"{{\"messages\":\"{long_}\",\"model\":\"large\"}}"));
    }

    private static async Task Tell(HttpContext http, string name)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        await http.Response.WriteAsync($"{name} {body.Length}");
    }

    private static async Task<string> AskAsync(LaneFixture lane, string body)
    {
        using var answer = await lane.Client.PostAsync("v1/chat/completions", new StringContent(body), cancellation);
        return await answer.Content.ReadAsStringAsync(cancellation);
    }
}
