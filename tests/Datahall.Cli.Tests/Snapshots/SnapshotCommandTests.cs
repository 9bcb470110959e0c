using Datahall.Server.Hosting;

namespace Datahall.Cli.Tests.Snapshots;

/// <summary>A real server's state, saved and looked at without it.</summary>
public sealed class SnapshotCommandTests
{
    private const string Work = """
        kind: Node
        name: n1
        spec: {}
        ---
        kind: Job
        name: waits
        spec: { roles: [{ name: worker, replicas: 2, resources: { cpu: 1 }, run: { process: { command: [sleep, "60"] } } }] }
        """;

    private const string More = """
        kind: Job
        name: more
        spec: { roles: [{ name: worker, resources: { gpu: 1 }, run: { process: { command: [sleep, "60"] } } }] }
        """;

    [Fact]
    public async Task Save_and_simulate_tell_why_work_waits_the_same_each_time()
    {
        using var directory = new TestDirectory();
        var file = Path.Combine(directory.Path, "state.gz");
        var (saved, why) = await SaveAsync(directory, file);

        var first = await CliRun.OfAsync("simulate", "--snapshot", file);
        var second = await CliRun.OfAsync("simulate", "--snapshot", file);
        var json = await CliRun.OfAsync("simulate", "--snapshot", file, "-o", "json");

        Assert.StartsWith($"{file}: 4 resources at revision ", saved.Out, StringComparison.Ordinal);
        Assert.Equal((0, first.Out), (second.Exit, second.Out));
        Assert.Contains($"still pending:\n  {why.Out.Split('\n')[0]}\n", first.Out, StringComparison.Ordinal);
        Assert.Contains("placed: nothing\nstopped: nothing\nroom kept: nothing\n", first.Out, StringComparison.Ordinal);
        var pending = System.Text.Json.JsonElement.Parse(json.Out).GetProperty("pending")[0];
        Assert.Equal("waits", pending.GetProperty("key").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Simulate_plans_a_manifest_on_a_snapshot()
    {
        using var directory = new TestDirectory();
        var file = Path.Combine(directory.Path, "state");
        await SaveAsync(directory, file);
        var more = directory.Write("more.yaml", More);

        var plan = await CliRun.OfAsync("simulate", "--snapshot", file, "--apply", more, "--at", "2050-01-01T00:00:00Z");
        var bad = await CliRun.OfAsync("simulate", "--snapshot", file, "--apply", directory.Write("bad.yaml", More.Replace("spec: {", "spec: { queue: nowhere,", StringComparison.Ordinal)));

        Assert.Equal(0, plan.Exit);
        Assert.StartsWith("job/more created (dry run)\nwhere the tasks would be:\n  more.worker.0 waits: ", plan.Out, StringComparison.Ordinal);
        Assert.Equal(1, bad.Exit);
        Assert.Contains("bad.yaml:3:", bad.Error, StringComparison.Ordinal);
        Assert.Contains("nowhere", bad.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_keeps_a_file_that_is_there_unless_forced()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/snapshot", """{"format":"datahall-snapshot","version":1,"program":"0.1.0","options":{},"now":"2026-05-01T12:00:00+00:00","revision":3,"identity":"abc","lastEvent":9,"resources":0}""");
        using var directory = new TestDirectory();
        var file = directory.Write("state", "mine");

        var kept = await CliRun.AtAsync(server, "snapshot", "save", file);
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var replaced = await CliRun.AtAsync(server, "snapshot", "save", file, "--force");

        Assert.Equal((1, $"datahall: {file} exists; give --force to replace it, or another name\n", "mine"), (kept.Exit, kept.Error, text));
        Assert.Equal(0, replaced.Exit);
        Assert.StartsWith("{\"format\"", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_leaves_nothing_behind_when_the_answer_is_not_whole()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/snapshot", """{"format":"datahall-snapshot","version":1,"program":"0.1.0","options":{},"now":"2026-05-01T12:00:00+00:00","revision":3,"identity":"abc","lastEvent":9,"resources":5}""");
        using var directory = new TestDirectory();
        var file = Path.Combine(directory.Path, "state");

        var run = await CliRun.AtAsync(server, "snapshot", "save", file);

        Assert.Equal(1, run.Exit);
        Assert.Contains("not a whole snapshot", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }

    [Theory]
    [InlineData("there is no file /nowhere/s", "simulate", "--snapshot", "/nowhere/s")]
    [InlineData("--apply and --at go with --snapshot FILE", "simulate", "--at", "2050-01-01")]
    [InlineData("--at: 'soon' is no time", "simulate", "--snapshot", "/nowhere/s", "--at", "soon")]
    public async Task Simulate_says_what_is_wrong(string message, params string[] arguments)
    {
        var run = await CliRun.OfAsync(arguments);

        Assert.Equal(2, run.Exit);
        Assert.StartsWith($"datahall: {message}", run.Error, StringComparison.Ordinal);
    }

    private static async Task<(CliRun Saved, CliRun Why)> SaveAsync(TestDirectory directory, string file)
    {
        var data = Path.Combine(directory.Path, "data");
        var options = new ServerOptions { DataDirectory = data, Listen = "http://127.0.0.1:0", RunAgent = false };
        await using var server = await DatahallServer.StartAsync(options, TestContext.Current.CancellationToken);
        await CliRun.OfAsync("apply", "-f", directory.Write("work.yaml", Work), "--data", data);
        var why = await CliRun.OfAsync("explain", "job/waits", "--data", data);
        return (await CliRun.OfAsync("snapshot", "save", file, "--data", data), why);
    }
}
