using System.Net;
using System.Text.Json;
using Datahall.Control.Agents;
using Datahall.Fleet;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Diagnosis;

public sealed class FailureDiagnoserTests
{
    [Fact]
    public async Task A_failed_task_tells_why_and_still_does_after_a_restart()
    {
        await using var server = await RunningServer.StartAsync(static options => options with { WatchLogs = true });
        using var agent = new FakeAgent(server, "n1");
        await using var orders = await RunTaskAsync(server, agent);
        var (revision, task) = (desired!.Revision, desired.Tasks[0]);

        await agent.ReportAsync(revision, new AttemptReport { Task = task.Task, Fence = task.Fence, State = AttemptState.Ended, ExitCode = 1 });
        await AnswerAsync(orders, agent, static request => request.Tail > 0, "step 1\ntorch.OutOfMemoryError: CUDA out of memory.\u001b[31m Tried to allocate 2 GiB\n");
        var diagnosis = await UntilAsync(server, static diagnosis => diagnosis.GetProperty("kept").GetBoolean());

        var cause = diagnosis.GetProperty("causes")[0];
        Assert.Equal(("gpu-out-of-memory", "after-change"), (cause.GetProperty("id").GetString(), cause.GetProperty("retry").GetString()));
        Assert.Equal("torch.OutOfMemoryError: CUDA out of memory.\\u001b[31m Tried to allocate 2 GiB", cause.GetProperty("evidence")[0].GetString());

        await server.RestartAsync();
        var explanation = await server.GetAsync("/api/v1/explain/task/a.worker.0", HttpStatusCode.OK);
        Assert.Contains(explanation.GetProperty("details").EnumerateArray(), static line => line.GetString()!.Contains("GPU memory is used up", StringComparison.Ordinal));
        Assert.True((await server.GetAsync("/api/v1/tasks/a.worker.0/diagnosis", HttpStatusCode.OK)).GetProperty("kept").GetBoolean());
    }

    [Fact]
    public async Task A_running_task_is_diagnosed_when_asked()
    {
        await using var server = await RunningServer.StartAsync();
        using var agent = new FakeAgent(server, "n1");
        await using var orders = await RunTaskAsync(server, agent);

        var asking = server.GetAsync("/api/v1/tasks/a.worker.0/diagnosis", HttpStatusCode.OK);
        await AnswerAsync(orders, agent, static _ => true, "all is well\nnothing to see\n");
        var diagnosis = await asking;

        Assert.Equal((false, 0), (diagnosis.GetProperty("kept").GetBoolean(), diagnosis.GetProperty("causes").GetArrayLength()));
        Assert.Equal("nothing to see", diagnosis.GetProperty("lastLines")[1].GetString());
    }

    [Fact]
    public async Task A_diagnosis_without_a_log_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Job("a"));

        await server.GetAsync("/api/v1/tasks/none/diagnosis", HttpStatusCode.NotFound);
        await server.GetAsync("/api/v1/tasks/a.worker.0/diagnosis", HttpStatusCode.Conflict);
    }

    private DesiredTasks? desired;

    private async Task<SseReader> RunTaskAsync(RunningServer server, FakeAgent agent)
    {
        await agent.RegisterAsync();
        var orders = await agent.OrdersAsync();
        await agent.ReportAsync((await FakeAgent.DesiredAsync(orders, 0)).Revision);
        await server.ApplyAsync(Manifests.Job("a"));
        desired = await FakeAgent.DesiredAsync(orders, 1);
        var task = desired.Tasks[0];
        await agent.ReportAsync(desired.Revision, new AttemptReport { Task = task.Task, Fence = task.Fence, State = AttemptState.Running, Ready = true });
        return orders;
    }

    private static async Task AnswerAsync(SseReader orders, FakeAgent agent, Func<LogRequest, bool> isMeant, string text)
    {
        while (true)
        {
            var (name, _, data) = await orders.NextAsync();
            if (name == "log" && data.Deserialize<LogRequest>(AgentJson.Options) is { } request && isMeant(request))
            {
                using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
                await agent.ControlPlane.SendLogAsync(request.Id, content, RunningServer.Cancelled);
                return;
            }
        }
    }

    private static async Task<JsonElement> UntilAsync(RunningServer server, Func<JsonElement, bool> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var last = "";
        for (var i = 0; i < 600; i++)
        {
            using var response = await server.Http.GetAsync("/api/v1/tasks/a.worker.0/diagnosis", RunningServer.Cancelled);
            last = await response.Content.ReadAsStringAsync(RunningServer.Cancelled);
            if (response.StatusCode is HttpStatusCode.OK && JsonElement.Parse(last) is var json && isSo(json))
            {
                return json;
            }

            await timer.WaitForNextTickAsync(RunningServer.Cancelled);
        }

        throw new TimeoutException($"no diagnosis was kept within 30 s; the last answer was {last}");
    }
}
