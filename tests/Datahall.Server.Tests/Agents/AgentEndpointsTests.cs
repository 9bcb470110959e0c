using System.Net;
using Datahall.Control.Agents;
using Datahall.Fleet;
using Datahall.Server.Tests.Energy;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Agents;

public sealed class AgentEndpointsTests
{
    [Fact]
    public async Task A_job_runs_on_an_agent_to_its_end()
    {
        await using var server = await RunningServer.StartAsync();
        using var agent = new FakeAgent(server, "n1");
        await agent.RegisterAsync();
        await using var orders = await agent.OrdersAsync();
        var first = await FakeAgent.DesiredAsync(orders, 0);
        await agent.ReportAsync(first.Revision);
        await server.ApplyAsync(Manifests.Job("a"));

        var desired = await FakeAgent.DesiredAsync(orders, 1);
        var task = Assert.Single(desired.Tasks);
        await agent.ReportAsync(desired.Revision, new AttemptReport { Task = task.Task, Fence = task.Fence, State = AttemptState.Running, Ready = true, Pid = 42 });
        var running = await server.GetAsync($"/api/v1/tasks/{task.Task}");
        await agent.ReportAsync(desired.Revision, new AttemptReport { Task = task.Task, Fence = task.Fence, State = AttemptState.Ended, ExitCode = 0 });

        Assert.Equal(DesiredAction.Start, task.Action);
        Assert.Equal("running", running.GetProperty("status").GetProperty("phase").GetString());
        Assert.Equal("succeeded", (await server.GetAsync("/api/v1/jobs/a")).GetProperty("status").GetProperty("phase").GetString());
        await FakeAgent.DesiredAsync(orders, 0);
    }

    [Fact]
    public async Task A_later_session_ends_the_order_stream_of_an_earlier_one()
    {
        await using var server = await RunningServer.StartAsync();
        using var agent = new FakeAgent(server, "n1", "s1");
        using var later = new FakeAgent(server, "n1", "s2");
        await agent.RegisterAsync();
        await using var orders = await agent.OrdersAsync();
        await FakeAgent.DesiredAsync(orders, 0);

        await later.RegisterAsync();

        Assert.True(await orders.HasEndedAsync());
        await server.GetAsync("/agent/v1/nodes/n1/orders?session=s1", HttpStatusCode.Conflict);
        Assert.False((await agent.ReportAsync(0)).Known);
    }

    [Fact]
    public async Task Readings_show_in_top_and_only_of_nodes_that_exist()
    {
        await using var server = await RunningServer.StartAsync();
        using var agent = new FakeAgent(server, "n1");
        await agent.RegisterAsync();

        await agent.PostAsync("readings", new NodeReadings { Node = "n1", CpuUsed = 1.5, Tasks = [new("a.worker.0", 0.5, 100)] });
        await agent.PostAsync("readings", new NodeReadings { Node = "stranger" }, HttpStatusCode.NotFound);

        var node = Assert.Single((await server.GetAsync("/api/v1/top/nodes")).GetProperty("items").EnumerateArray());
        Assert.Equal(1.5, node.GetProperty("cpuUsed").GetDouble());
        var task = Assert.Single((await server.GetAsync("/api/v1/top/tasks")).GetProperty("items").EnumerateArray());
        Assert.Equal(("a.worker.0", "n1"), (task.GetProperty("task").GetString(), task.GetProperty("node").GetString()));
    }

    [Fact]
    public async Task Fields_that_an_agent_leaves_out_have_their_initial_values()
    {
        await using var server = await RunningServer.StartAsync();

        await server.PostAsync("/agent/v1/register", "{\"node\":\"n1\",\"session\":\"s\",\"address\":\"x\",\"capacity\":{\"cpu\":\"2\"}}");
        await server.PostAsync("/agent/v1/readings", "{\"node\":\"n1\"}", HttpStatusCode.NoContent);

        Assert.Equal(20_000, (await server.GetAsync("/api/v1/nodes/n1")).GetProperty("status").GetProperty("capacity").GetProperty("firstPort").GetInt32());
        Assert.Equal(1, (await server.GetAsync("/api/v1/top/nodes")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("register", "{}")]
    [InlineData("register", "null")]
    [InlineData("register", "{\"node\":\"N 1\",\"session\":\"s\",\"address\":\"x\",\"capacity\":{},\"labels\":{}}")]
    [InlineData("register", "{\"node\":\"n1\",\"session\":\"s\",\"address\":\"x\",\"capacity\":{\"cpu\":\"-1\"},\"labels\":{}}")]
    [InlineData("report", "{\"node\":\"n1\"}")]
    [InlineData("report", "[")]
    [InlineData("readings", "{\"node\":7}")]
    [InlineData("leave", "{}")]
    [InlineData("leave", "{\"node\":\"n1\",\"session\":\"\"}")]
    public async Task Messages_that_no_agent_sends_are_refused(string call, string body)
    {
        await using var server = await RunningServer.StartAsync();

        await server.PostAsync($"/agent/v1/{call}", body, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Leave_is_taken()
    {
        await using var server = await RunningServer.StartAsync();
        using var agent = new FakeAgent(server, "n1");
        await agent.RegisterAsync();

        await agent.PostAsync("leave", new Farewell("n1", "s1"));

        Assert.Contains((await server.GetAsync("/api/v1/nodes/n1")).GetProperty("status").GetProperty("phase").GetString(), (string[])["leaving", "left"]);
        await MeteredHall.UntilAsync(server, "/api/v1/nodes/n1", static node => node.GetProperty("status").GetProperty("phase").GetString() == "left");
        Assert.DoesNotContain("datahall_node_up{", await server.Http.GetStringAsync("/metrics/fleet", RunningServer.Cancelled), StringComparison.Ordinal); // It is not missed.
    }
}
