using System.Net;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Kestrel;

public sealed class WaitingTests
{
    private static readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_waits_for_the_first_replica()
    {
        await using var backend = await Backend.EchoAsync();
        await using var lane = await LaneFixture.ToAsync(new());

        var asking = lane.Client.PostAsync("x", new StringContent("hello"), cancellation);
        await WaitingAsync(lane, 1);
        lane.Route("svc", new(), backend.EndPoint);
        using var answer = await asking;

        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(cancellation));
    }

    [Fact]
    public async Task A_request_that_waited_too_long_is_told_when_to_come_again()
    {
        await using var lane = await LaneFixture.ToAsync(new() { Limits = new() { Wait = new(30) } });

        using var answer = await lane.Client.GetAsync("x", cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task A_busy_replica_gets_the_next_request_when_the_first_is_over()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var most = 0;
        var now = 0;
        await using var backend = await Backend.StartAsync(async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await goOn.Task;
            Interlocked.Decrement(ref now);
        });
        await using var lane = await LaneFixture.ToAsync(new() { Limits = new() { PerReplica = 1 } }, backend.EndPoint);

        var asking = Enumerable.Range(0, 3).Select(_ => lane.Client.GetAsync("x", cancellation)).ToList();
        await WaitingAsync(lane, 2);
        goOn.SetResult();
        var answers = await Task.WhenAll(asking);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_client_that_leaves_gives_its_place_up()
    {
        await using var lane = await LaneFixture.ToAsync(new());

        var client = await RawClient.ConnectAsync(lane.Port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await WaitingAsync(lane, 1);
        await client.DisposeAsync();

        await WaitingAsync(lane, 0);
    }

    [Fact]
    public async Task A_key_is_asked_for_where_the_route_says_so()
    {
        await using var lane = await LaneFixture.ToAsync(new() { Access = RouteAccess.Keys, Protocol = RouteProtocol.OpenAI });

        using var answer = await lane.Client.PostAsync("v1/embeddings", new StringContent("{\"model\":\"svc\"}"), cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Contains("invalid_api_key", await answer.Content.ReadAsStringAsync(cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_of_an_answer_are_counted_and_charged_to_the_tenant()
    {
        await using var backend = await Backend.SayAsync(/*lang=json*/ "{\"usage\":{\"total_tokens\":5000}}");
        await using var lane = await LaneFixture.StartAsync();
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("secret"u8));
        lane.Tenants = [new("team", new() { Keys = [new() { Name = "one", Sha256 = hash }], TokensPerMinute = 1000 })];
        lane.Route("svc", new() { Access = RouteAccess.Keys, Protocol = RouteProtocol.OpenAI }, backend.EndPoint);
        lane.Client.DefaultRequestHeaders.Authorization = new("Bearer", "secret");

        using var first = await lane.Client.PostAsync("v1/embeddings", new StringContent("{\"model\":\"svc\"}"), cancellation);
        using var second = await lane.Client.PostAsync("v1/embeddings", new StringContent("{\"model\":\"svc\"}"), cancellation);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (first.StatusCode, second.StatusCode));
        Assert.NotNull(second.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task A_session_stays_at_the_replica_that_its_cookie_names()
    {
        await using var one = await Backend.SayAsync("one");
        await using var two = await Backend.SayAsync("two");
        await using var lane = await LaneFixture.ToAsync(new() { Balance = new() { Policy = BalancePolicy.SessionAffinity } }, one.EndPoint, two.EndPoint);

        // The client keeps cookies by itself.
        var first = await lane.Client.GetStringAsync("x", cancellation);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(first, await lane.Client.GetStringAsync("x", cancellation));
        }

        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var answer = await client.GetAsync(lane.Url, cancellation);
        Assert.StartsWith("datahall-session=", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    private static async Task WaitingAsync(LaneFixture lane, int count)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(TimeSpan.FromSeconds(30));
        while (lane.Dispatcher.Routes[0].Room.Count != count)
        {
            Assert.False(late.IsCancellationRequested, $"{lane.Dispatcher.Routes[0].Room.Count} requests wait; {count} were expected");
            await Task.Yield();
        }
    }
}
