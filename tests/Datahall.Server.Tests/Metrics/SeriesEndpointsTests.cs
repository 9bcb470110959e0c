using System.Net;
using Datahall.Monitoring.Series;
using Datahall.Server.Metrics;
using Datahall.Server.Tests.Energy;
using Datahall.Server.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Server.Tests.Metrics;

[Collection(nameof(OneServerAtATime))]
public sealed class SeriesEndpointsTests
{
    [Fact]
    public async Task Series_have_samples_of_the_fleet_and_of_instruments()
    {
        await using var server = await RunningServer.StartAsync(static options => options with { Metrics = Often });

        var nodes = await MeteredHall.UntilAsync(server, "/api/v1/series?metric=datahall_nodes&label=state=lost&from=1m&step=100ms", static answer => answer.GetProperty("series") is var series && series.GetArrayLength() == 1 && series[0].GetProperty("points").GetArrayLength() >= 3);
        var metrics = await MeteredHall.UntilAsync(server, "/api/v1/series/metrics", static answer => answer.GetProperty("items").EnumerateArray().Any(static item => item.GetProperty("metric").GetString() == "http_server_request_duration_seconds_count"));
        var names = metrics.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("metric").GetString()!).ToList();
        var text = (await MetricsEndpointTests.ReadAsync(server, "/metrics", "text/plain")).Text + (await MetricsEndpointTests.ReadAsync(server, "/metrics/fleet", "text/plain")).Text;

        Assert.Equal(("memory", "datahall_nodes", 0.1), (nodes.GetProperty("source").GetString(), nodes.GetProperty("metric").GetString(), nodes.GetProperty("stepSeconds").GetDouble()));
        Assert.Equal("lost", nodes.GetProperty("series")[0].GetProperty("labels").GetProperty("state").GetString());
        Assert.All(nodes.GetProperty("series")[0].GetProperty("points").EnumerateArray(), static point => Assert.Equal(0, point[1].GetDouble()));
        Assert.All(names, name => Assert.True(text.Contains($"\n{name}{{", StringComparison.Ordinal) || text.Contains($"\n{name} ", StringComparison.Ordinal), $"{name} is in the series store, but not under /metrics"));
        Assert.Contains("datahall_control_step_duration_seconds_count", names);
    }

    [Fact]
    public async Task Series_of_a_counter_can_be_its_rate()
    {
        await using var server = await RunningServer.StartAsync(static options => options with { Metrics = Often });

        var answer = await MeteredHall.UntilAsync(server, "/api/v1/series?metric=datahall_control_step_duration_seconds_count&from=1m&step=100ms&rate=true", static answer => answer.GetProperty("series") is var series && series.GetArrayLength() == 1 && series[0].GetProperty("points").EnumerateArray().Any(static point => point[1].GetDouble() > 0));

        Assert.All(answer.GetProperty("series")[0].GetProperty("points").EnumerateArray(), static point => Assert.InRange(point[1].GetDouble(), 0, 1e5));
    }

    [Fact]
    public async Task Series_refuse_what_makes_no_sense()
    {
        await using var server = await RunningServer.StartAsync();

        var problem = await server.GetAsync("/api/v1/series?metric=a&label=x=1&label=x=2", HttpStatusCode.BadRequest);

        Assert.Equal("label is 'x=2': write name=value, each name once", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Series_that_only_Prometheus_has_are_refused_while_it_is_away()
    {
        await using var server = await RunningServer.StartAsync(static options => options with { Metrics = new() { Prometheus = new("http://ada:secret@127.0.0.1:1/secret") } });

        var problem = await server.GetAsync("/api/v1/series?metric=node_load1&from=2d", HttpStatusCode.BadGateway);

        Assert.Contains("the Prometheus at http://127.0.0.1:1 gave no series", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_that_are_too_many_are_refused_before_anybody_reads_them()
    {
        await using var server = await RunningServer.StartAsync(static options => options with { Metrics = new() { Prometheus = new("http://127.0.0.1:1") } });
        var (store, now) = (server.Server.Services.GetRequiredService<SeriesStore>(), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        for (var i = 0; i < 200; i++)
        {
            store.Append("many", new Dictionary<string, string> { ["i"] = $"{i}" }, now, i);
        }

        var problem = await server.GetAsync("/api/v1/series?metric=many&from=2d&step=20s", HttpStatusCode.BadRequest); // Prometheus is not asked.

        Assert.StartsWith("200 series of many match, with 1728", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_Prometheus_that_is_too_large_is_not_read_to_its_end()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var prometheus = builder.Build();
        prometheus.Run(static async context =>
        {
            var part = new byte[1 << 20];
            for (var i = 0; i < 1_000 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
            }
        });
        await prometheus.StartAsync(RunningServer.Cancelled);
        await using var server = await RunningServer.StartAsync(options => options with { Metrics = new() { Prometheus = new(prometheus.Urls.First()) } });

        var problem = await server.GetAsync("/api/v1/series?metric=node_load1&from=2d", HttpStatusCode.BadGateway);

        Assert.Contains("has more than 64 MiB of node_load1: name labels", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static MetricsOptions Often { get; } = new() { Series = new() { Interval = TimeSpan.FromMilliseconds(100) } };
}
