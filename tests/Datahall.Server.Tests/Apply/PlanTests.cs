using System.Text.Json;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Apply;

public sealed class PlanTests
{
    [Fact]
    public async Task Dry_run_tells_where_each_task_would_land_and_who_waits()
    {
        await using var server = await ReadyNode.StartAsync("n1");

        var answer = await server.ApplyAsync(Manifests.Job("fits", replicas: 2) + Manifests.Job("wide", replicas: 7), query: "?dryRun=true");

        var plan = answer.GetProperty("plan");
        var tasks = plan.GetProperty("tasks").EnumerateArray().ToDictionary(task => task.GetProperty("task").GetString()!);
        Assert.Equal(9, tasks.Count);
        Assert.Equal("n1", tasks["fits.worker.0"].GetProperty("node").GetString());
        Assert.Equal(JsonValueKind.String, tasks["fits.worker.0"].GetProperty("start").ValueKind);
        Assert.False(tasks["wide.worker.0"].TryGetProperty("node", out _));
        Assert.Contains("CPU", tasks["wide.worker.0"].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Empty(plan.GetProperty("stopped").EnumerateArray());
        Assert.Empty((await server.GetAsync("/api/v1/tasks")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Dry_run_tells_who_would_be_stopped_for_work_of_higher_priority()
    {
        await using var server = await ReadyNode.StartAsync("n1");
        await server.ApplyAsync(Manifests.Job("low", replicas: 8));

        var answer = await server.ApplyAsync(Manifests.Job("high", replicas: 8).Replace("spec:\n", "spec:\n  priority: 10\n", StringComparison.Ordinal), query: "?dryRun=true");

        var stopped = answer.GetProperty("plan").GetProperty("stopped").EnumerateArray().ToList();
        Assert.Equal(8, stopped.Count);
        Assert.Equal(("Job", "low"), (stopped[0].GetProperty("owner").GetProperty("kind").GetString(), stopped[0].GetProperty("owner").GetProperty("name").GetString()));
        Assert.Equal(("low.worker.0", "n1"), (stopped[0].GetProperty("task").GetString(), stopped[0].GetProperty("node").GetString()));
        Assert.True(stopped[0].GetProperty("workLostDeviceSeconds").GetDouble() >= 0);
        Assert.Equal("placed", (await server.GetAsync("/api/v1/tasks/low.worker.0")).GetProperty("status").GetProperty("phase").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?dryRun=true")]
    public async Task Apply_remarks_on_what_can_never_run_here(string query)
    {
        await using var server = await ReadyNode.StartAsync("n1");

        var answer = await server.ApplyAsync(Manifests.Job("huge", replicas: 9), query: query);

        var remark = Assert.Single(answer.GetProperty("remarks").EnumerateArray());
        Assert.Equal(("Job", "huge", "spec.roles[0].resources"), (remark.GetProperty("kind").GetString(), remark.GetProperty("name").GetString(), remark.GetProperty("path").GetString()));
        Assert.Contains("9 of these tasks start together", remark.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(query.Length > 0, answer.TryGetProperty("plan", out _));
    }
}
