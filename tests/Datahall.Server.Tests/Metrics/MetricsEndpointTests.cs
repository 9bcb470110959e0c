using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Datahall.Control.Agents;
using Datahall.Model;
using Datahall.Server.Tests.Energy;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Metrics;

[Collection(nameof(OneServerAtATime))]
public sealed class MetricsEndpointTests
{
    [Theory]
    [InlineData("/metrics")]
    [InlineData("/metrics/fleet")]
    public async Task Metrics_need_a_token_unless_the_server_is_told_to_open_them(string path)
    {
        await using var closed = await RunningServer.StartAsync();
        await using var open = await RunningServer.StartAsync(static options => options with { Metrics = new() { IsOpen = true } });
        using var strangerAtClosed = closed.ClientWith(null);
        using var strangerAtOpen = open.ClientWith(null);

        Assert.Equal(HttpStatusCode.Unauthorized, (await strangerAtClosed.GetAsync(path, RunningServer.Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await closed.Http.GetAsync(path, RunningServer.Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await strangerAtOpen.GetAsync(path, RunningServer.Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await strangerAtOpen.GetAsync("/api/v1/nodes", RunningServer.Cancelled)).StatusCode);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/metrics/fleet")]
    public async Task Metrics_are_text_or_OpenMetrics_as_asked_for_and_promtool_finds_no_fault(string path)
    {
        await using var server = await RunningServer.StartAsync(MeteredHall.Options);
        await server.ApplyAsync(MeteredHall.Site + MeteredHall.Node("n1", "a-warm") + MeteredHall.Node("n2", "b-cool"));
        await MeteredHall.JoinAsync(server, "n1");
        await MeteredHall.UntilAsync(server, "/api/v1/top/power", static answer => answer.GetProperty("nodes").GetArrayLength() == 1);

        var (textType, text) = await ReadAsync(server, path, "text/plain");
        var (openType, open) = await ReadAsync(server, path, "application/openmetrics-text; version=1.0.0");

        Assert.StartsWith("text/plain", textType, StringComparison.Ordinal);
        Assert.StartsWith("application/openmetrics-text; version=1.0.0", openType, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", open, StringComparison.Ordinal);
        Assert.DoesNotContain("# EOF", text, StringComparison.Ordinal);

        // Names that others gave are kept as they are.
        var faults = (await Promtool.RunAsync(text, "check", "metrics")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => !line.StartsWith("node_memory_Mem", StringComparison.Ordinal));
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Fleet_has_readings_of_nodes_work_and_power()
    {
        await using var server = await RunningServer.StartAsync(MeteredHall.Options);
        await server.ApplyAsync(MeteredHall.Site + MeteredHall.Node("n1", "a-warm") + MeteredHall.Node("n2", "b-cool") + Manifests.Job("wide", replicas: 9) + Manifests.Service("web", replicas: 2));
        await MeteredHall.JoinAsync(server, "n1", watts: 280);
        await MeteredHall.UntilAsync(server, "/api/v1/nodes/n1", static node => node.GetProperty("status").GetProperty("phase").GetString() == "ready");
        await MeteredHall.UntilAsync(server, "/api/v1/top/power", static answer => answer.GetProperty("nodes").GetArrayLength() == 1 && answer.GetProperty("sites")[0].TryGetProperty("facilityWatts", out _));

        var values = ValuesOf((await ReadAsync(server, "/metrics/fleet", "text/plain")).Text);

        const string N1 = """{hall="a",node="n1",rack="a-warm",site="lab"}""";
        Assert.Equal("1", values["datahall_node_up" + N1]);
        Assert.False(values.ContainsKey("datahall_node_up{hall=\"a\",node=\"n2\",rack=\"b-cool\",site=\"lab\"}"));
        Assert.Equal("280", values["datahall_node_power_watts" + N1]);
        Assert.Equal("6", values["datahall_node_cpu_used_cpus" + N1]);
        Assert.Equal("8589934592", values["node_memory_MemTotal_bytes" + N1]);
        Assert.Equal("280", values["""datahall_rack_power_watts{hall="a",rack="a-warm",site="lab"}"""]);
        Assert.Equal("0", values["""datahall_rack_power_watts{hall="a",rack="b-cool",site="lab"}"""]);
        Assert.True(double.Parse(values["""datahall_site_pue{site="lab"}"""]) > 1);
        Assert.True(double.Parse(values["""datahall_feed_power_watts{feed="grid",site="lab"}"""]) > 280);
        Assert.Equal(("1", "1"), (values["""datahall_nodes{state="ready"}"""], values["""datahall_nodes{state="expected"}"""]));
        Assert.Equal("9", values["""datahall_queue_pending_tasks{queue="default"}"""]);
        Assert.Equal(("2", "0"), (values["""datahall_service_replicas_wanted{service="web"}"""], values["""datahall_service_replicas_ready{service="web"}"""]));
    }

    [Fact]
    public async Task Fleet_has_GPUs_and_counts_failures()
    {
        await using var server = await RunningServer.StartAsync(MeteredHall.Options);
        using var agent = new FakeAgent(server, "n1");
        await agent.RegisterAsync(new Device { Model = "H100", Memory = new(80L << 30) }, new Device { Model = "H100", Memory = new(80L << 30) });
        await using (var orders = await agent.OrdersAsync())
        {
            await agent.ReportAsync((await FakeAgent.DesiredAsync(orders, 0)).Revision);
            await agent.PostAsync("readings", new NodeReadings { Node = "n1", Devices = [new(0, 0.25, 20L << 30, 61, 350), new(1, 0, 0, 33, 70) { LastXid = 79 }] });
            await server.ApplyAsync(Manifests.Job("once").Replace("{ cpu: 1 }", "{ cpu: 1, gpu: 1 }", StringComparison.Ordinal));
            var desired = await FakeAgent.DesiredAsync(orders, 1);
            await ReportAsync(agent, desired, AttemptState.Running);
            var running = ValuesOf((await ReadAsync(server, "/metrics/fleet", "text/plain")).Text);
            Assert.Equal(("1", "1"), (running["""datahall_gpus{state="allocated"}"""], running["""datahall_gpus{state="free"}"""]));
            Assert.Equal(["0", "1"], Enumerable.Range(0, 2).Select(gpu => running[$$"""datahall_gpu_allocated{gpu="{{gpu}}",node="n1"}"""]).Order());
            await ReportAsync(agent, desired, AttemptState.Ended);
        }

        var values = ValuesOf((await ReadAsync(server, "/metrics/fleet", "text/plain")).Text);

        Assert.Equal("1", values["""datahall_task_failures_total{queue="default"}"""]);
        string[] names = ["DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_FB_USED", "DCGM_FI_DEV_FB_FREE", "DCGM_FI_DEV_GPU_TEMP", "DCGM_FI_DEV_POWER_USAGE"];
        Assert.Equal(["25", "20480", "61440", "61", "350"], names.Select(name => values[name + """{gpu="0",node="n1"}"""]));
        Assert.Equal(["0", "0", "81920", "33", "70"], names.Select(name => values[name + """{gpu="1",node="n1"}"""]));
        Assert.Equal("79", values["""DCGM_FI_DEV_XID_ERRORS{gpu="1",node="n1"}"""]);
        Assert.DoesNotContain("""DCGM_FI_DEV_XID_ERRORS{gpu="0",node="n1"}""", values); // Its agent did not say.
    }

    private static Task<byte[]> ReportAsync(FakeAgent agent, DesiredTasks desired, AttemptState state) => agent.PostAsync("report", new NodeReport
    {
        Node = "n1",
        Session = "s1",
        Sequence = state is AttemptState.Running ? 50 : 51,
        AppliedRevision = desired.Revision,
        Tasks = [new() { Task = desired.Tasks[0].Task, Fence = desired.Tasks[0].Fence, State = state, ExitCode = state is AttemptState.Running ? null : 3 }],
    });

    internal static async Task<(string Type, string Text)> ReadAsync(RunningServer server, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        using var response = await server.Http.SendAsync(request, RunningServer.Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (response.Content.Headers.ContentType!.ToString(), await response.Content.ReadAsStringAsync(RunningServer.Cancelled));
    }

    private static Dictionary<string, string> ValuesOf(string text) => text.Split('\n').Where(static line => line.Length > 0 && line[0] != '#')
        .ToDictionary(static line => line[..line.LastIndexOf(' ')], static line => line[(line.LastIndexOf(' ') + 1)..], StringComparer.Ordinal);
}

/// <summary>Debian's promtool.</summary>
internal static class Promtool
{
    /// <summary>Runs it and returns what it complains of.</summary>
    public static async Task<string> RunAsync(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("promtool", arguments) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(RunningServer.Cancelled);
        var output = process.StandardOutput.ReadToEndAsync(RunningServer.Cancelled);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(RunningServer.Cancelled);
        const int Complaints = 3; // Which are in the errors already.
        return await errors + (process.ExitCode is 0 or Complaints ? "" : $"exit code {process.ExitCode}\n{await output}");
    }
}
