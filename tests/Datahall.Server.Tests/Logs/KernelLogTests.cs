using System.Globalization;
using System.Net;
using Datahall.Fleet.Agents;
using Datahall.Server.Alerts;
using Datahall.Server.Tests.Alerts;
using Datahall.Server.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datahall.Server.Tests.Logs;

/// <summary>A real agent with a file in place of the kernel's log.</summary>
public sealed class KernelLogTests
{
    private const string Xid = "NVRM: Xid (PCI:0000:3b:00): 79, pid=7, name=python, GPU has fallen off the bus.";

    [Fact]
    public async Task What_a_kernel_says_is_read_mined_and_evidence_of_its_nodes_incident()
    {
        await using var server = await AlertTests.StartAsync(static options => options with { WatchLogs = true });
        var directory = Directory.CreateTempSubdirectory("datahall-kernel-").FullName;
        var kernel = Path.Combine(directory, "kmsg");
        await File.WriteAllTextAsync(kernel, Record("usb 1-1: new device number 4") + " SUBSYSTEM=usb\n" + Record(Xid), RunningServer.Cancelled);
        await using var agent = RunningAgent.Start(server, directory, kernel);
        await NodeAsync(server, "n1");

        using (var viewer = server.ClientWith((await server.PostAsync("/api/v1/tokens", """{"name":"eyes","role":"viewer"}""")).GetProperty("token").GetString()))
        {
            var last = await viewer.GetStringAsync("/api/v1/nodes/n1/logs?tail=1", RunningServer.Cancelled);
            Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z NVRM: Xid [^\n]+\n$", last);
            var all = await viewer.GetStringAsync("/api/v1/nodes/n1/logs", RunningServer.Cancelled);
            Assert.Equal(["usb 1-1: new device number 4", Xid], all.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line[25..]));
        }

        await server.ApplyAsync("kind: AlertRule\nname: too-hot\nspec: {metric: test_celsius, compare: above, value: 80, severity: critical, summary: 'hot {{ $labels.node }}'}\n");
        AlertTests.Measure(server, 85);
        var status = await AlertTests.UntilAsync(
            async () => (await server.GetAsync("/api/v1/incidents")).GetProperty("items").EnumerateArray().Select(static incident => (System.Text.Json.JsonElement?)incident.GetProperty("status"))
                .FirstOrDefault(static status => status!.Value.GetProperty("evidence").EnumerateArray().Any(static item => item.GetProperty("source").GetString() == "log")),
            "the incident has no evidence of the kernel");
        var evidence = status.GetProperty("evidence").EnumerateArray().Single(static item => item.GetProperty("source").GetString() == "log");
        Assert.Equal("node/n1", evidence.GetProperty("about").GetString());
        Assert.StartsWith($"the kernel said: {Xid}", evidence.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(0, status.GetProperty("advice").GetArrayLength());

        // What it says from now on is mined.
        var template = await AlertTests.UntilAsync(
            async () =>
            {
                await File.AppendAllTextAsync(kernel, Record("eth0: link down"), RunningServer.Cancelled);
                return (await server.GetAsync("/api/v1/logs/templates?search=link")).GetProperty("items").EnumerateArray().Select(static item => (System.Text.Json.JsonElement?)item).FirstOrDefault();
            },
            "the kernel's lines are not mined");
        Assert.Equal(("eth<*>: link down", "kernels", "node/n1"), (template.GetProperty("text").GetString(), template.GetProperty("of").GetString(), template.GetProperty("lastTask").GetString()));
    }

    [Fact]
    public async Task A_kernels_log_that_cannot_be_read_is_told_with_what_to_do()
    {
        await using var server = await RunningServer.StartAsync();
        var directory = Directory.CreateTempSubdirectory("datahall-kernel-").FullName;
        await using var agent = RunningAgent.Start(server, directory, "/nowhere/kmsg");
        await NodeAsync(server, "n1");

        var problem = await server.GetAsync("/api/v1/nodes/n1/logs", HttpStatusCode.Conflict);

        Assert.Contains("the kernel's log cannot be read (/nowhere/kmsg: No such file or directory)", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await server.GetAsync("/api/v1/nodes/none/logs", HttpStatusCode.NotFound);
    }

    [Fact]
    public void Old_lines_and_harmless_ones_are_no_evidence()
    {
        var now = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        byte[][] lines = [.. ((string[])[$"2026-01-01T10:59:59.000Z {Xid}", "2026-01-01T11:59:00.000Z usb 1-1: reset", "no time"]).Select(System.Text.Encoding.UTF8.GetBytes)];

        var (none, _) = KernelEvidence.Read(lines, "n1", now.AddHours(-1));
        var (some, advice) = KernelEvidence.Read(lines, "n1", now.AddHours(-2));

        Assert.Empty(none);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 10, 59, 59, TimeSpan.Zero), Assert.Single(some).At);
        Assert.Single(advice);
    }

    private static string Record(string text) =>
        string.Create(CultureInfo.InvariantCulture, $"4,1,{TimeProvider.System.GetElapsedTime(0).Ticks / 10},-;{text}\n");

    private static Task<bool> NodeAsync(RunningServer server, string node) => AlertTests.UntilAsync(
        async () => (await server.GetAsync("/api/v1/nodes")).GetProperty("items").EnumerateArray().Any(item => item.GetProperty("name").GetString() == node && item.GetProperty("status").GetProperty("phase").GetString() == "ready") ? true : (bool?)null,
        $"node/{node} did not come");

    private sealed class RunningAgent : IAsyncDisposable
    {
        private readonly CancellationTokenSource ended = new();
        private readonly FakeAgent connection;
        private readonly Task run;

        private RunningAgent(FakeAgent connection, Agent agent)
        {
            this.connection = connection;
            run = agent.RunAsync(connection.ControlPlane, ended.Token);
        }

        public static RunningAgent Start(RunningServer server, string directory, string kernelLog) =>
            new(new(server, "n1"), new(new() { DataDirectory = Path.Combine(directory, "agent"), Node = "n1", KernelLog = kernelLog }, TimeProvider.System, NullLogger<Agent>.Instance));

        public async ValueTask DisposeAsync()
        {
            await ended.CancelAsync();
            await run;
            connection.Dispose();
            ended.Dispose();
        }
    }
}
