using System.Net;
using Datahall.Model;
using Microsoft.AspNetCore.Http;

namespace Datahall.Gateway.Tests.Kestrel;

/// <summary>Requests of the gateway's own beside the client's: hedges and copies.</summary>
public sealed class BesideTests
{
    private static readonly CancellationToken cancellation = TestContext.Current.CancellationToken;
    private static readonly RouteSpec hedged = new() { Balance = new() { Policy = BalancePolicy.RoundRobin }, Hedge = new() { After = new(30), Budget = 1 } };

    [Fact]
    public async Task A_slow_request_is_answered_by_a_second_replica_and_the_first_is_left()
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var slow = await Backend.StartAsync(async http =>
        {
            http.RequestAborted.Register(left.SetResult);
            await left.Task;
        });
        await using var quick = await Backend.EchoAsync();
        await using var lane = await LaneFixture.ToAsync(hedged, quick.EndPoint, slow.EndPoint);

        using var answer = await lane.Client.PostAsync("x", new StringContent("hello"), cancellation);

        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(cancellation));
        await left.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellation);
        var route = lane.Dispatcher.Routes[0];
        Assert.Equal(1, route.Stats.Hedges);
        Assert.Equal(1, route.Stats.Arrived);
        await UntilAsync(() => route.Stats.Answered(2) == 1 && route.Replicas.All(static replica => replica.InFlight == 0), "the request is not over");
    }

    [Fact]
    public async Task A_hedge_that_fails_leaves_the_first_try_alone()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var slow = await Backend.StartAsync(async http =>
        {
            await goOn.Task;
            await http.Response.WriteAsync("slow");
        });
        await using var broken = new RawBackend((_, _) =>
        {
            goOn.TrySetResult();
            return Task.CompletedTask;
        });
        await using var lane = await LaneFixture.ToAsync(hedged, broken.EndPoint, slow.EndPoint);

        Assert.Equal("slow", await lane.Client.GetStringAsync("x", cancellation));
    }

    [Fact]
    public async Task A_version_in_the_shadow_gets_a_copy_whose_answer_nobody_sees()
    {
        var copied = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var serving = await Backend.EchoAsync();
        await using var shadow = await Backend.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            copied.SetResult(await reader.ReadToEndAsync());
            http.Response.StatusCode = 500;
        });
        await using var lane = await LaneFixture.StartAsync();
        Shadow(lane, serving.EndPoint, shadow.EndPoint);

        using var answer = await lane.Client.PostAsync("x", new StringContent("hello"), cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(cancellation));
        Assert.Equal("hello", await copied.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellation));
        var route = lane.Dispatcher.Routes[0];
        await UntilAsync(() => lane.Replica(shadow.EndPoint).Failed == 1, "the copy's failure was not counted");
        Assert.Equal((1, 1, 0), (route.Stats.Mirrored, route.Stats.Answered(2), route.Stats.Answered(5)));
    }

    [Fact]
    public async Task A_shadow_that_never_answers_keeps_no_client_waiting()
    {
        await using var serving = await Backend.EchoAsync();
        await using var silent = RawBackend.Silent();
        await using var lane = await LaneFixture.StartAsync();
        Shadow(lane, serving.EndPoint, silent.EndPoint);

        for (var i = 0; i < 5; i++)
        {
            using var answer = await lane.Client.PostAsync("x", new StringContent("hello"), cancellation);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private static void Shadow(LaneFixture lane, IPEndPoint serving, IPEndPoint shadow) => lane.Route(new()
    {
        Name = "svc",
        Spec = new(),
        Versions = [new(1, 1, false), new(2, 0, true)],
        Replicas = [LaneFixture.ReplicaAt("svc", serving), LaneFixture.ReplicaAt("svc", shadow, version: 2)],
    });

    private static async Task UntilAsync(Func<bool> so, string otherwise)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(TimeSpan.FromSeconds(30));
        while (!so())
        {
            Assert.False(late.IsCancellationRequested, otherwise);
            await Task.Yield();
        }
    }
}
