using System.Net;
using System.Text;
using Datahall.Model.Traffic;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Gateways;

public sealed class GatewayEndpointsTests
{
    [Fact]
    public async Task A_gateway_reports_with_the_join_token_and_the_service_shows_it()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Service("web"));
        var revision = (await server.GetAsync("/api/v1/server")).GetProperty("revision").GetInt64();

        await PostAsync(server, server.Server.JoinToken, "g1", new()
        {
            Gateway = "g1",
            Sequence = 1,
            Seconds = 2,
            Services =
            [
                new() { Service = "web", Arrived = 40, InFlight = 2.5, Versions = [new() { Version = 1, Succeeded = 30, Failed = 10, Latency = new() { Bucket = [60], Count = [30] } }] },
                new() { Service = "stranger", Arrived = 1 },
            ],
        });

        var traffic = await server.GetAsync("/api/v1/services/web/traffic?window=30s");
        Assert.Equal((1, 20, 2.5), (traffic.GetProperty("gateways").GetInt32(), traffic.GetProperty("requestsPerSecond").GetDouble(), traffic.GetProperty("inFlight").GetDouble()));
        var version = Assert.Single(traffic.GetProperty("versions").EnumerateArray());
        Assert.Equal((1, 0.25), (version.GetProperty("version").GetInt32(), version.GetProperty("errorRate").GetDouble()));
        Assert.Equal(LatencyHistogram.UpperBound(60), version.GetProperty("p99Seconds").GetDouble());
        Assert.Equal(revision, (await server.GetAsync("/api/v1/server")).GetProperty("revision").GetInt64());
    }

    [Fact]
    public async Task Reports_without_a_token_for_another_gateway_or_of_nonsense_are_refused()
    {
        await using var server = await RunningServer.StartAsync();
        var report = new TrafficReport { Gateway = "g1", Sequence = 1, Seconds = 1 };

        await PostAsync(server, null, "g1", report, HttpStatusCode.Unauthorized);
        await PostAsync(server, server.Server.AdminToken, "g2", report, HttpStatusCode.BadRequest);
        await PostAsync(server, server.Server.AdminToken, "g1", report with { Seconds = -1 }, HttpStatusCode.UnprocessableEntity);
        await server.PostAsync("/api/v1/gateways/g1/traffic", "{\"gateway\":\"g1\",\"sequence\":1,\"seconds\":\"all\"}", HttpStatusCode.BadRequest);
        await server.PostAsync("/api/v1/gateways/g1/traffic", "{}", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Traffic_of_a_service_that_is_not_there_or_of_no_time_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Service("web"));

        await server.GetAsync("/api/v1/services/none/traffic", HttpStatusCode.NotFound);
        await server.GetAsync("/api/v1/services/web/traffic?window=0s", HttpStatusCode.BadRequest);
        await server.GetAsync("/api/v1/services/web/traffic?window=soon", HttpStatusCode.BadRequest);
    }

    private static async Task PostAsync(RunningServer server, string? token, string gateway, TrafficReport report, HttpStatusCode expected = HttpStatusCode.NoContent)
    {
        using var http = server.ClientWith(token);
        using var content = new StringContent(Encoding.UTF8.GetString(TrafficJson.Write(report)), Encoding.UTF8, "application/json");
        await RunningServer.ReadAsync(await http.PostAsync($"/api/v1/gateways/{gateway}/traffic", content, RunningServer.Cancelled), expected);
    }
}
