using System.Net;
using Datahall.Gateway.Dispatch;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Kestrel;

public sealed class FailoverTests
{
    private static readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    // The first request goes to the second replica.
    private static readonly RouteSpec inTurn = new() { Balance = new() { Policy = BalancePolicy.RoundRobin } };

    private static readonly byte[] body = [.. Enumerable.Range(0, 50_000).Select(static i => (byte)i)];

    [Theory]
    [InlineData("")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-")]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    public async Task A_request_without_an_answer_goes_elsewhere_with_its_body(string instead)
    {
        await using var broken = RawBackend.Answering(instead);
        await using var well = await Backend.EchoAsync();
        await using var lane = await LaneFixture.ToAsync(inTurn, well.EndPoint, broken.EndPoint);

        using var answer = await lane.Client.PostAsync("x", new ByteArrayContent(body), cancellation);

        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(cancellation));
        Assert.Equal(1, broken.Connections);
    }

    [Fact]
    public async Task A_refused_connection_makes_the_replica_down_and_costs_the_client_nothing()
    {
        var nobody = RawBackend.Nobody();
        await using var well = await Backend.EchoAsync();
        await using var lane = await LaneFixture.ToAsync(inTurn, well.EndPoint, nobody);
        var large = new byte[300_000];

        using var answer = await lane.Client.PostAsync("x", new ByteArrayContent(large), cancellation);

        Assert.Equal(large, await answer.Content.ReadAsByteArrayAsync(cancellation));
        Assert.False(lane.Replica(nobody).IsUsable);
    }

    [Fact]
    public async Task A_body_that_is_too_large_to_keep_is_not_sent_twice()
    {
        await using var broken = new RawBackend(static async (stream, stop) =>
        {
            var buffer = new byte[200_000];
            await stream.ReadExactlyAsync(buffer, stop);
        });
        await using var well = await Backend.EchoAsync();
        await using var lane = await LaneFixture.ToAsync(inTurn, well.EndPoint, broken.EndPoint);

        using var answer = await lane.Client.PostAsync("x", new ByteArrayContent(new byte[300_000]), cancellation);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(0, well.Requests);
    }

    [Fact]
    public async Task A_silent_replica_is_left_when_the_first_byte_does_not_come_in_time()
    {
        await using var silent = RawBackend.Silent();
        await using var well = await Backend.SayAsync("well");
        await using var lane = await LaneFixture.ToAsync(inTurn with { Timeouts = new() { FirstByte = new(50) } }, well.EndPoint, silent.EndPoint);

        Assert.Equal("well", await lane.Client.GetStringAsync("x", cancellation));
    }

    [Fact]
    public async Task What_is_at_a_replica_that_is_found_down_goes_elsewhere()
    {
        await using var silent = RawBackend.Silent();
        await using var well = await Backend.EchoAsync();
        await using var lane = await LaneFixture.ToAsync(inTurn, well.EndPoint, silent.EndPoint);

        var asking = lane.Client.PostAsync("x", new ByteArrayContent(body), cancellation);
        await silent.Head.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellation);
        lane.Dispatcher.MarkDown(lane.Replica(silent.EndPoint), "a probe failed", GatewayClock.Now);
        using var answer = await asking;

        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(cancellation));
    }

    [Fact]
    public async Task An_answer_that_has_begun_goes_on_when_the_replica_is_found_down()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await Backend.StartAsync(async http =>
        {
            await http.Response.Body.WriteAsync("one "u8.ToArray());
            await http.Response.Body.FlushAsync();
            await goOn.Task;
            await http.Response.Body.WriteAsync("two"u8.ToArray());
        });
        await using var lane = await LaneFixture.ToAsync(inTurn, backend.EndPoint);

        using var answer = await lane.Client.GetAsync("x", HttpCompletionOption.ResponseHeadersRead, cancellation);
        lane.Dispatcher.MarkDown(lane.Replica(backend.EndPoint), "a probe failed", GatewayClock.Now);
        goOn.SetResult();

        Assert.Equal("one two", await answer.Content.ReadAsStringAsync(cancellation));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_cut_off_for_the_client_too()
    {
        await using var broken = RawBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + new string('x', 40_000));
        await using var lane = await LaneFixture.ToAsync(inTurn, broken.EndPoint);
        await using var client = await RawClient.ConnectAsync(lane.Port);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var answer = await client.ToEndAsync();

        Assert.DoesNotContain("HTTP/1.1 5", answer, StringComparison.Ordinal);
        Assert.InRange(answer.Length, 0, 99_999);
    }

    [Fact]
    public async Task An_answer_that_falls_silent_is_cut_off()
    {
        await using var silent = new RawBackend(static async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"u8.ToArray(), stop);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        });
        await using var lane = await LaneFixture.ToAsync(inTurn with { Timeouts = new() { Idle = new(100) } }, silent.EndPoint);
        await using var client = await RawClient.ConnectAsync(lane.Port);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.UntilAsync("hello");

        Assert.DoesNotContain("\r\n0\r\n\r\n", await client.ToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_replica_that_fails_is_answered_502_and_the_late_one_504()
    {
        await using var broken = RawBackend.Answering("");
        await using var silent = RawBackend.Silent();
        await using var lane = await LaneFixture.StartAsync();
        lane.Route("broken", new() { Path = "/broken" }, broken.EndPoint);
        lane.Route("late", new() { Path = "/late", Timeouts = new() { Request = new(50) } }, silent.EndPoint);

        using var failed = await lane.Client.GetAsync("broken", cancellation);
        using var late = await lane.Client.GetAsync("late", cancellation);

        Assert.Equal(HttpStatusCode.BadGateway, failed.StatusCode);
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
    }

    [Fact]
    public async Task A_connection_that_the_replica_closed_for_its_age_costs_nothing()
    {
        var served = 0;
        await using var backend = new RawBackend(async (stream, stop) =>
        {
            Interlocked.Increment(ref served);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), stop);
        });
        await using var lane = await LaneFixture.ToAsync(inTurn, backend.EndPoint);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("ok", await lane.Client.GetStringAsync("x", cancellation));
        }

        Assert.Equal(5, served);
    }
}
