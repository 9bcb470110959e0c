using Microsoft.AspNetCore.Http;

namespace Datahall.Cli.Tests.Rollouts;

public sealed class RolloutCommandTests
{
    private const string Traffic = """
        {"service":"web","gateways":2,"requestsPerSecond":50,"knownSeconds":300,"arrived":1000,"shed":0,"versions":[{"version":1,"succeeded":900,"failed":0,"errorRate":0,"p50Seconds":0.0105,"p99Seconds":0.05},{"version":2,"succeeded":75,"failed":25,"errorRate":0.25,"p50Seconds":1.5,"p99Seconds":2}]}
        """;

    [Fact]
    public async Task Status_shows_the_step_and_how_each_version_answers()
    {
        await using var server = await FakeServer.StartAsync();
        Answer(server, Rolling);

        var run = await CliRun.AtAsync(server, "rollout", "status", "web");

        var lines = run.Out.Split('\n').Select(static line => line.TrimEnd()).ToList();
        Assert.StartsWith("canary rollout of version 2, stepping: step 1 of 2: version 2 gets 10 % of the requests, for 10m; begun ", lines[0], StringComparison.Ordinal);
        Assert.Equal("VERSION   ROLE     REQUESTS   REPLICAS   READY   ANSWERS   FAILED   P50      P99", lines[1]);
        Assert.Equal("1         stable   90%        1          1       900       0%       10.5ms   50ms", lines[2]);
        Assert.Equal("2         new      10%        1          1       100       25%      1.50s    2.00s", lines[3]);
    }

    [Fact]
    public async Task Describe_shows_the_versions_of_a_service()
    {
        await using var server = await FakeServer.StartAsync();
        Answer(server, Rolling);
        server.On("GET /api/v1/events", """{"items":[]}""");
        server.On("GET /api/v1/explain/service/web", """{"summary":"it rolls","details":[]}""");

        var run = await CliRun.AtAsync(server, "describe", "service/web");

        Assert.Equal(0, run.Exit);
        Assert.Contains("Versions\ncanary rollout of version 2", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Promote_names_the_version_and_the_step_that_were_seen()
    {
        await using var server = await FakeServer.StartAsync();
        Answer(server, Rolling);
        server.On("POST /api/v1/services/web/rollout/promote", """{"revision":8,"dryRun":false,"changes":[]}""");

        var run = await CliRun.AtAsync(server, "rollout", "promote", "service/web", "--all");

        Assert.Equal(0, run.Exit);
        Assert.Contains("POST /api/v1/services/web/rollout/promote {\"all\":true,\"version\":2,\"step\":1}", server.Requests);
        Assert.StartsWith("service/web: canary rollout of version 2", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Abort_says_what_the_server_refuses()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("POST /api/v1/services/web/rollout/abort", """{"title":"Conflict","status":409,"detail":"service/web: no rollout is in progress"}""", status: 409);

        var run = await CliRun.AtAsync(server, "rollout", "abort", "web");

        Assert.Equal(1, run.Exit);
        Assert.Contains("no rollout is in progress", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"target\":{\"number\":2,TEMPLATE},\"stable\":{\"number\":2,TEMPLATE}", "healthy", 0)]
    [InlineData("\"target\":{\"number\":1,TEMPLATE},\"stable\":{\"number\":1,TEMPLATE},\"rejected\":{\"number\":2,TEMPLATE},\"message\":\"version 2 was bad: back to version 1\"", "healthy", 1)]
    public async Task Status_wait_follows_to_the_end_and_tells_by_its_exit_code(string end, string phase, int exit)
    {
        await using var server = await FakeServer.StartAsync();
        Answer(server, Rolling);
        server.On("GET /api/v1/watch", context =>
        {
            context.Response.ContentType = "text/event-stream";
            return context.Response.WriteAsync($"id: 8\nevent: put\ndata: {{\"revision\":8,\"kind\":\"Service\",\"name\":\"web\",\"resource\":{Service($"\"phase\":\"{phase}\",{end}")}}}\n\n");
        });

        var run = await CliRun.AtAsync(server, "rollout", "status", "web", "--wait");

        Assert.Equal(exit, run.Exit);
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("service/web: canary rollout of version 2, stepping: step 1 of 2", lines[0], StringComparison.Ordinal);
        Assert.Contains("no rollout in progress", lines[1], StringComparison.Ordinal);
    }

    private static string Rolling => Service("""
        "phase":"rolling","message":"step 1 of 2: version 2 gets 10 % of the requests, for 10m","target":{"number":2,TEMPLATE},"stable":{"number":1,TEMPLATE},"lastVersion":2,
        "rollout":{"strategy":"canary","stage":"stepping","step":1,"steps":2,"started":"2025-01-01T00:00:00+00:00"},"split":[{"version":1,"weight":90},{"version":2,"weight":10}]
        """);

    private static string Service(string status) => $$$"""
        {"kind":"Service","name":"web","spec":{"replicas":1,"run":{"process":{"command":["serve"]}},"gracePeriod":"10s"},"status":{{{{status.Replace("TEMPLATE", "\"template\":{\"run\":{\"process\":{\"command\":[\"serve\"]}},\"gracePeriod\":\"10s\"}", StringComparison.Ordinal)}}}},"revision":7,"generation":1,"created":"2025-01-01T00:00:00+00:00"}
        """.ReplaceLineEndings("");

    private static string Replica(int version) => $$$"""
        {"kind":"Task","name":"web.v{{{version}}}.0","spec":{"service":"web","version":{{{version}}},"template":{"run":{"process":{"command":["serve"]}},"gracePeriod":"10s"}},"status":{"phase":"running","attempt":1,"fence":5,"ready":true,"pid":9,"placement":{"node":"n1","address":"10.0.0.1","port":20001}},"revision":7,"generation":1,"created":"2025-01-01T00:00:00+00:00"}
        """;

    private static void Answer(FakeServer server, string service)
    {
        server.On("GET /api/v1/services/web", service);
        server.On("GET /api/v1/services", Samples.List(service));
        server.On("GET /api/v1/services/web/traffic", Traffic);
        server.On("GET /api/v1/tasks", Samples.List(Replica(1), Replica(2)));
    }
}
