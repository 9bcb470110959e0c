using System.Net;
using Datahall.Gateway.Kestrel;

namespace Datahall.Gateway.Tests.Kestrel;

public sealed class DrainTests
{
    private static readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_running_request_ends_well_and_its_client_is_asked_to_leave()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await Backend.StartAsync(async http =>
        {
            came.SetResult();
            await goOn.Task;
            http.Response.ContentLength = 0;
        });
        await using var lane = await LaneFixture.ToAsync(new(), backend.EndPoint);

        var asking = lane.Client.GetAsync("x", cancellation);
        await came.Task;
        var stopping = lane.Lane.StopAsync(TimeSpan.FromMinutes(1));
        goOn.SetResult();
        using var answer = await asking;
        await stopping;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.ConnectionClose);
        await Assert.ThrowsAsync<HttpRequestException>(() => lane.Client.GetAsync("x", cancellation));
    }

    [Fact]
    public async Task Requests_that_come_while_it_goes_down_are_served()
    {
        await using var backend = await Backend.SayAsync("ok");
        await using var lane = await LaneFixture.StartAsync(new KestrelLaneOptions { LameDuck = TimeSpan.FromSeconds(30) });
        lane.Route("svc", new(), backend.EndPoint);
        await using var client = await RawClient.ConnectAsync(lane.Port);

        var stopping = lane.Lane.StopAsync(TimeSpan.FromSeconds(1));
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var answer = await client.ToEndAsync();
        await stopping;

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_over_within_the_grace_is_cut_off()
    {
        await using var silent = RawBackend.Silent();
        await using var lane = await LaneFixture.ToAsync(new(), silent.EndPoint);

        var asking = lane.Client.GetAsync("x", cancellation);
        await silent.Head.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellation);
        await lane.Lane.StopAsync(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAsync<HttpRequestException>(() => asking);
    }
}
