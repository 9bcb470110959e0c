using System.Net;
using System.Text.Json;
using Datahall.Control.Agents;
using Datahall.Fleet;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Logs;

public sealed class LogTests
{
    [Fact]
    public async Task Logs_flow_from_the_agent_as_they_come()
    {
        await using var server = await RunningServer.StartAsync();
        using var agent = new FakeAgent(server, "n1");
        await using var orders = await RunTaskAsync(server, agent);

        var reading = server.Http.GetAsync("/api/v1/tasks/a.worker.0/logs?follow=true&tail=5&stream=stdout", HttpCompletionOption.ResponseHeadersRead, RunningServer.Cancelled);
        var request = await LogRequestAsync(orders);
        var pipe = new System.IO.Pipelines.Pipe();
        var sending = agent.ControlPlane.SendLogAsync(request.Id, pipe.Reader.AsStream(), RunningServer.Cancelled);
        await pipe.Writer.WriteAsync("one\n"u8.ToArray(), RunningServer.Cancelled);
        using var response = await reading;
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(RunningServer.Cancelled));
        var first = await reader.ReadLineAsync(RunningServer.Cancelled);
        await pipe.Writer.WriteAsync("two\n"u8.ToArray(), RunningServer.Cancelled);
        var second = await reader.ReadLineAsync(RunningServer.Cancelled);
        await pipe.Writer.CompleteAsync();

        Assert.Equal(("a.worker.0", "stdout", 5, true), (request.Task, request.Stream, request.Tail, request.Follow));
        Assert.Equal(("one", "two", null), (first, second, await reader.ReadLineAsync(RunningServer.Cancelled)));
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        await sending;
    }

    [Fact]
    public async Task Agent_stops_sending_when_the_reader_goes()
    {
        await using var server = await RunningServer.StartAsync();
        using var agent = new FakeAgent(server, "n1");
        await using var orders = await RunTaskAsync(server, agent);

        var reading = server.Http.GetAsync("/api/v1/tasks/a.worker.0/logs?follow=true", HttpCompletionOption.ResponseHeadersRead, RunningServer.Cancelled);
        var request = await LogRequestAsync(orders);
        var pipe = new System.IO.Pipelines.Pipe();
        var sending = agent.ControlPlane.SendLogAsync(request.Id, pipe.Reader.AsStream(), RunningServer.Cancelled);
        await pipe.Writer.WriteAsync("one\n"u8.ToArray(), RunningServer.Cancelled);
        (await reading).Dispose();

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var i = 0; i < 600 && !sending.IsCompleted; i++)
        {
            await timer.WaitForNextTickAsync(RunningServer.Cancelled);
            await pipe.Writer.WriteAsync("more\n"u8.ToArray(), RunningServer.Cancelled);
        }

        Assert.True(sending.IsCompleted, "the agent still sends after 30 s");
        await Assert.ThrowsAsync<ControlPlaneException>(() => sending);
    }

    [Fact]
    public async Task Logs_time_out_when_the_agent_does_not_answer()
    {
        await using var server = await RunningServer.StartAsync(options => options with { LogTimeout = TimeSpan.FromMilliseconds(200) });
        using var agent = new FakeAgent(server, "n1");
        await using var orders = await RunTaskAsync(server, agent);

        var problem = await server.GetAsync("/api/v1/tasks/a.worker.0/logs", HttpStatusCode.GatewayTimeout);

        Assert.Contains("node/n1", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var request = await LogRequestAsync(orders);
        using var late = await agent.Http.PostAsync($"/agent/v1/logs/{request.Id}", new StringContent("late"), RunningServer.Cancelled);
        await RunningServer.ReadAsync(late, HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Logs_say_so_when_the_node_is_not_connected()
    {
        await using var server = await RunningServer.StartAsync(options => options with { LogTimeout = TimeSpan.FromMilliseconds(100) });
        using var agent = new FakeAgent(server, "n1");
        var orders = await RunTaskAsync(server, agent);
        await orders.DisposeAsync();
        agent.Http.CancelPendingRequests();

        var deadline = TimeProvider.System.GetTimestamp();
        HttpStatusCode status;
        do
        {
            using var response = await server.Http.GetAsync("/api/v1/tasks/a.worker.0/logs", HttpCompletionOption.ResponseHeadersRead, RunningServer.Cancelled);
            status = response.StatusCode;
        }
        while (status != HttpStatusCode.ServiceUnavailable && TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(30));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
    }

    [Fact]
    public async Task Logs_of_a_task_without_a_node_are_a_conflict()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Job("a"));

        await server.GetAsync("/api/v1/tasks/a.worker.0/logs", HttpStatusCode.Conflict);
    }

    private static async Task<SseReader> RunTaskAsync(RunningServer server, FakeAgent agent)
    {
        await agent.RegisterAsync();
        var orders = await agent.OrdersAsync();
        var empty = await FakeAgent.DesiredAsync(orders, 0);
        await agent.ReportAsync(empty.Revision);
        await server.ApplyAsync(Manifests.Job("a"));
        var desired = await FakeAgent.DesiredAsync(orders, 1);
        var task = desired.Tasks[0];
        await agent.ReportAsync(desired.Revision, new AttemptReport { Task = task.Task, Fence = task.Fence, State = AttemptState.Running, Ready = true });
        return orders;
    }

    private static async Task<LogRequest> LogRequestAsync(SseReader orders)
    {
        while (true)
        {
            var (name, _, data) = await orders.NextAsync();
            if (name == "log")
            {
                return data.Deserialize<LogRequest>(AgentJson.Options)!;
            }
        }
    }
}
