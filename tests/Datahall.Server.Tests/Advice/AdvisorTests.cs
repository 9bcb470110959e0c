using Datahall.Control.Agents;
using Datahall.Model;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Advice;

public sealed class AdvisorTests
{
    // Best fit puts 3+4 on one node and 3+4 on the other, and has no room for 2; as a whole it is 3+3+2 and 4+4.
    private const string Job = """
        kind: Job
        name: mixed
        spec:
          gang: all
          roles:
            - { name: a, replicas: 1, resources: { cpu: 1, gpu: 3 }, run: { process: { command: [sleep, "60"] } } }
            - { name: b, replicas: 1, resources: { cpu: 1, gpu: 4 }, run: { process: { command: [sleep, "60"] } } }
            - { name: c, replicas: 1, resources: { cpu: 1, gpu: 3 }, run: { process: { command: [sleep, "60"] } } }
            - { name: d, replicas: 1, resources: { cpu: 1, gpu: 4 }, run: { process: { command: [sleep, "60"] } } }
            - { name: e, replicas: 1, resources: { cpu: 1, gpu: 2 }, run: { process: { command: [sleep, "60"] } } }
        """;

    [Fact]
    public async Task A_batch_that_greedy_cannot_place_is_placed_as_a_whole()
    {
        // Asked here, and not before: the advisor would find the plan too.
        await using var server = await RunningServer.StartAsync(options => options with { Advice = new() { Interval = TimeSpan.FromHours(1) } });
        await JoinAsync(server, "n1");
        await JoinAsync(server, "n2");
        await server.ApplyAsync(Job);
        var before = await PhasesAsync(server);

        var dry = await server.PostAsync("/api/v1/optimize/placement?dryRun=true", null);
        var still = await PhasesAsync(server);
        var real = await server.PostAsync("/api/v1/optimize/placement", null);

        Assert.Equal(["pending"], before);
        Assert.Equal((0, 1), (dry.GetProperty("greedy").GetProperty("gangs").GetInt32(), dry.GetProperty("whole").GetProperty("gangs").GetInt32()));
        Assert.Equal("cpSat", dry.GetProperty("solver").GetString());
        Assert.Equal(["pending"], still);
        Assert.Equal((1, 0), (real.GetProperty("taken").GetInt32(), real.GetProperty("dropped").GetInt32()));
        Assert.Equal(["placed"], await PhasesAsync(server));
    }

    [Fact]
    public async Task The_advisor_places_it_by_itself()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Advice = new() { Interval = TimeSpan.FromMilliseconds(50), FewestTasks = 1 } });
        await JoinAsync(server, "n1");
        await JoinAsync(server, "n2");

        await using var watch = await SseReader.OpenAsync(server.Http, "/api/v1/watch?kind=task");
        await server.ApplyAsync(Job);

        while ((await PhasesAsync(server)) is not ["placed"])
        {
            await watch.NextAsync(); // Each change of a task is told; the reader gives up by itself when none comes.
        }
    }

    [Fact]
    public async Task Rebalancing_has_nothing_to_say_about_an_empty_hall()
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.PostAsync("/api/v1/optimize/rebalance?maxMoves=3", null);

        Assert.Equal(0, answer.GetProperty("moves").GetArrayLength());
        await server.PostAsync("/api/v1/optimize/rebalance?maxMoves=0", null, System.Net.HttpStatusCode.BadRequest);
    }

    private static async Task JoinAsync(RunningServer server, string node)
    {
        using var agent = new FakeAgent(server, node);
        var answer = await agent.PostAsync("register", new Registration
        {
            Node = node,
            Session = "s1",
            Address = "127.0.0.1",
            Capacity = new() { Cpu = new(32_000), Memory = new(64L << 30), Disk = new(100L << 30), Devices = [.. Enumerable.Repeat(new Device { Model = "H100" }, 8)] },
        });
        Assert.NotEmpty(answer);
        await using var orders = await agent.OrdersAsync();
        await agent.ReportAsync((await FakeAgent.DesiredAsync(orders, 0)).Revision);
    }

    private static async Task<List<string?>> PhasesAsync(RunningServer server) =>
        [.. (await server.GetAsync("/api/v1/tasks")).GetProperty("items").EnumerateArray().Select(t => t.GetProperty("status").GetProperty("phase").GetString()).Distinct()];
}
