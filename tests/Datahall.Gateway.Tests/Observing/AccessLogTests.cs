using System.Net;
using System.Text.Json;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Observing;
using Datahall.Gateway.Routes;
using Datahall.Gateway.Tests.Dispatch;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datahall.Gateway.Tests.Observing;

public sealed class AccessLogTests
{
    [Fact]
    public async Task Each_request_is_a_line_that_says_where_it_went_and_nothing_secret()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("datahall-log-").FullName, "access.log");
        using (var log = new AccessLog(path, TimeProvider.System, NullLogger<AccessLog>.Instance))
        {
            await log.StartAsync(TestContext.Current.CancellationToken);
            var lane = new Lane(log);
            Send(lane, "/v1/chat \"x\"", status: 200);
            Send(lane, "/nowhere", status: 0);
            await log.StopAsync(TestContext.Current.CancellationToken);
        }

        var lines = (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Equal(["/v1/chat \"x\"", "/nowhere"], lines.Select(static line => line.GetProperty("path").GetString()));
        Assert.Equal([200, 404], lines.Select(static line => line.GetProperty("status").GetInt32()));
        Assert.Equal(["s.v1.0", ""], lines.Select(static line => line.GetProperty("replica").GetString()));
        Assert.Equal(["", "no_route"], lines.Select(static line => line.GetProperty("refused").GetString()));
        Assert.All(lines, static line => Assert.Equal("10.0.0.7", line.GetProperty("client").GetString()));
        Assert.All(lines, static line => Assert.Matches("^[0-9a-f]{32}$", line.GetProperty("trace").GetString()));
        Assert.DoesNotContain("secret", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static void Send(Lane lane, string path, int status)
    {
        var exchange = lane.Dispatcher.NewExchange(lane, LaneAbilities.FanOut, 0);
        var facts = new RequestFacts { Method = "POST"u8, Host = "example.com"u8, Path = System.Text.Encoding.ASCII.GetBytes(path), Client = "10.0.0.7"u8 };
        if (exchange.Begin(facts, new FakeHeaders(("authorization", "Bearer secret")), GatewayClock.Now) is Step.Send)
        {
            exchange.OnHead(status, replayable: true, GatewayClock.Now);
            exchange.OnEnd(GatewayClock.Now);
        }
    }

    private sealed class Lane : IExchangeLane
    {
        public Lane(AccessLog log)
        {
            Dispatcher = new(seed: 1) { AccessLog = log };
            Dispatcher.Apply(new() { Revision = 1, Routes = [FakeLane.Route("s", spec: new() { Path = "/v1" })] }, static replica => new IPEndPoint(IPAddress.Loopback, replica.Port));
        }

        public Dispatcher Dispatcher { get; }

        public void Resume(Exchange exchange) => Assert.Fail("nothing waits here");

        public void OnReplica(Replica replica, ReplicaChange change) => Assert.Fail("no replica goes here");
    }
}
