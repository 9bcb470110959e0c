using System.Net;
using System.Text.Json;
using Datahall.Control.Agents;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Resources;

public sealed class RolloutEndpointsTests
{
    [Fact]
    public async Task A_canary_is_promoted_step_by_step_and_a_later_one_is_aborted()
    {
        await using var server = await RunningServer.StartAsync();
        using var agent = new FakeAgent(server, "n1");
        await agent.RegisterAsync();
        await using var orders = await agent.OrdersAsync();
        await agent.ReportAsync((await FakeAgent.DesiredAsync(orders, 0)).Revision);
        await server.ApplyAsync(Canary("one"));
        await RunAsync(agent, await FakeAgent.DesiredAsync(orders, 1));

        await server.ApplyAsync(Canary("two"));
        await RunAsync(agent, await FakeAgent.DesiredAsync(orders, 2));
        var stepping = await StatusAsync(server);
        await server.PostAsync("/api/v1/services/web/rollout/promote", """{"version":2,"step":2}""", HttpStatusCode.Conflict);
        await server.PostAsync("/api/v1/services/web/rollout/promote", """{"version":2,"step":1}""");
        var promoted = await StatusAsync(server);
        await server.PostAsync("/api/v1/services/web/rollout/promote", "{}", HttpStatusCode.Conflict);
        await server.ApplyAsync(Canary("three"));
        await server.PostAsync("/api/v1/services/web/rollout/abort", null);
        var aborted = await StatusAsync(server);

        Assert.Equal("""[{"version":1,"weight":75},{"version":2,"weight":25}]""", stepping.GetProperty("split").GetRawText());
        Assert.Equal(("canary", 1), (stepping.GetProperty("rollout").GetProperty("strategy").GetString(), stepping.GetProperty("rollout").GetProperty("step").GetInt32()));
        Assert.Equal(2, promoted.GetProperty("stable").GetProperty("number").GetInt32());
        Assert.Equal((2, 3), (aborted.GetProperty("target").GetProperty("number").GetInt32(), aborted.GetProperty("rejected").GetProperty("number").GetInt32()));
        Assert.Equal("version 3 was aborted by hand: back to version 2", aborted.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Promote_and_abort_of_what_is_not_there_or_not_rolling_are_refused()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Service("web"));

        await server.PostAsync("/api/v1/services/none/rollout/promote", "{}", HttpStatusCode.NotFound);
        await server.PostAsync("/api/v1/services/none/rollout/abort", null, HttpStatusCode.NotFound);
        await server.PostAsync("/api/v1/services/web/rollout/abort", null, HttpStatusCode.Conflict);
        await server.PostAsync("/api/v1/services/web/rollout/promote", """{"stepp":1}""", HttpStatusCode.BadRequest);
    }

    private static async Task<JsonElement> StatusAsync(RunningServer server) => (await server.GetAsync("/api/v1/services/web")).GetProperty("status");

    private static Task<ReportAnswer> RunAsync(FakeAgent agent, DesiredTasks desired) => agent.ReportAsync(
        desired.Revision,
        [.. desired.Tasks.Select(static task => task.Action is DesiredAction.Stop
            ? new AttemptReport { Task = task.Task, Fence = task.Fence, State = AttemptState.Ended, Signal = 15 }
            : new() { Task = task.Task, Fence = task.Fence, State = AttemptState.Running, Ready = true, Pid = 42 })]);

    private static string Canary(string word) => $$"""
        kind: Service
        name: web
        spec:
          run: { process: { command: [sleep, "60"] } }
          env: { WORD: {{word}} }
          rollout: { strategy: canary, steps: [{ weight: 25, pause: true }] }
        """;
}
