using System.Net;
using System.Net.Sockets;
using Datahall.Gateway.Kestrel;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>The two lanes together, as a gateway runs them: what epoll does not serve comes out of Kestrel, on the same port.</summary>
public sealed class HandOverTests
{
    [Fact]
    public async Task Http2_and_hedged_requests_are_served_on_the_port_of_the_epoll_lane()
    {
        var token = TestContext.Current.CancellationToken;
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var seen = new List<string>();
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("served"), seen);
        await using var lane = new LaneUnderTest(
            new() { Hedge = new() { After = new(5000) } },
            LaneUnderTest.Options() with { Relay = new UnixDomainSocketEndPoint(path) },
            replica.EndPoint);
        await using var kestrel = new KestrelLane(lane.Dispatcher, new() { LameDuck = TimeSpan.Zero }, NullLoggerFactory.Instance);
        await kestrel.StartAsync([new() { UnixSocket = path, ProxyProtocol = true }], token);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var url = new Uri($"http://{lane.Lane.EndPoint}/x");

        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20, HttpVersion.Version11 })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new StringContent("body") };
            using var answer = await client.SendAsync(request, token);

            Assert.Equal((version, "served"), (answer.Version, await answer.Content.ReadAsStringAsync(token)));
        }

        // An HTTP/2 connection lives on for hours. The epoll lane does not wait for it; Kestrel tells it to go.
        await lane.Lane.DrainAsync(token).WaitAsync(TimeSpan.FromSeconds(15), token);
        Assert.True(lane.Lane.Clients > 0);
        await kestrel.StopAsync(TimeSpan.FromSeconds(10));
        await Eventually.HoldsAsync(() => lane.Lane.Clients == 0, "the clients that were handed over are gone");

        Assert.Equal(3, seen.Count);
        Assert.All(seen, static request => Assert.Contains("X-Forwarded-For: 127.0.0.1\r\n", request));
        Assert.All(seen, static request => Assert.EndsWith("body", request));
    }
}
