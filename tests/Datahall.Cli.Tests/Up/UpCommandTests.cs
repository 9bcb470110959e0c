using System.Net;
using System.Net.Sockets;

namespace Datahall.Cli.Tests.Up;

/// <summary>The real server in the real program, with real tasks.</summary>
public sealed class UpCommandTests
{
    private const string Work = """
        kind: Job
        name: greet
        spec: { roles: [{ name: worker, replicas: 2, run: { process: { command: [sh, -c, 'echo rank $RANK of $WORLD_SIZE'] } } }] }
        ---
        kind: Service
        name: idle
        spec: { run: { process: { command: [sleep, "1000"] } }, gracePeriod: 1s }
        """;

    [Fact]
    public async Task Up_applies_shows_progress_and_drains_on_a_signal()
    {
        using var directory = new TestDirectory();
        var data = Path.Combine(directory.Path, "data");
        await using var up = RunningProgram.Start("up", "--data", data, "--listen", "http://127.0.0.1:0", "--node", "here", "--apply", directory.Write("work.yaml", Work));

        await up.LineAsync("is ready at http://127.0.0.1:");
        await up.LineAsync("job/greet created");
        await up.LineAsync("Everything runs or is done");
        var idle = await CliRun.OfAsync("get", "service/idle", "--data", data);
        await CliRun.OfAsync("logs", "-f", "greet.worker.0", "--data", data);
        var logs = await CliRun.OfAsync("logs", "job/greet", "--data", data);
        var second = await CliRun.OfAsync("up", "--data", data, "--listen", "http://127.0.0.1:0");
        var exit = await up.EndAsync("TERM");

        Assert.Contains("healthy", idle.Out, StringComparison.Ordinal);
        Assert.Equal(["", "greet.worker.0 | rank 0 of 2", "greet.worker.1 | rank 1 of 2"], logs.Out.Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal(1, second.Exit);
        Assert.Contains($"pid {up.Pid}", second.Error, StringComparison.Ordinal);
        Assert.Equal(0, exit);
        await up.LineAsync("stopping: tasks are stopped in order");
        await up.LineAsync("stopped");
    }

    [Fact]
    public async Task Up_takes_over_the_tasks_of_a_server_that_was_killed()
    {
        using var directory = new TestDirectory();
        var data = Path.Combine(directory.Path, "data");
        await using var first = RunningProgram.Start("up", "--data", data, "--listen", "http://127.0.0.1:0", "--apply", directory.Write("work.yaml", Work));
        await first.LineAsync("Everything runs or is done");
        var before = await CliRun.OfAsync("get", "task/idle.v1.0", "--data", data, "-o", "wide");
        await first.EndAsync("KILL");
        var between = await CliRun.OfAsync("get", "tasks", "--data", data);

        await using var next = RunningProgram.Start("up", "--data", data, "--listen", "http://127.0.0.1:0");
        await next.LineAsync("is ready at");
        var after = await CliRun.OfAsync("apply", "--wait", "-f", Path.Combine(directory.Path, "work.yaml"), "--data", data);
        var task = await CliRun.OfAsync("get", "task/idle.v1.0", "--data", data, "-o", "wide");
        await next.EndAsync("TERM");

        Assert.Equal(1, between.Exit);
        Assert.Contains("datahall up", between.Error, StringComparison.Ordinal);
        Assert.Equal(0, after.Exit);
        Assert.Equal(Pid(before.Out), Pid(task.Out));
    }

    [Fact]
    public async Task Up_says_who_has_the_port()
    {
        using var directory = new TestDirectory();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var run = await CliRun.OfAsync("up", "--data", directory.Path, "--listen", $"http://127.0.0.1:{port}");

        Assert.Equal(1, run.Exit);
        Assert.Contains($"port {port} is taken by another program", run.Error, StringComparison.Ordinal);
        Assert.Contains("--listen", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_joins_a_server_and_leaves_in_order()
    {
        using var directory = new TestDirectory();
        var data = Path.Combine(directory.Path, "server");
        await using var up = RunningProgram.Start("up", "--no-agent", "--data", data, "--listen", "http://127.0.0.1:0");
        var url = (await up.LineAsync("is ready at")).Split(' ')[^1];
        var token = (await CliRun.OfAsync("node", "join-token", "--data", data)).Out.Trim();

        await using var agent = RunningProgram.Start(
            "agent", "--server", url, "--token", token, "--node", "far", "--label", "zone=a", "--data", Path.Combine(directory.Path, "agent"));
        await agent.LineAsync("node/far runs tasks for");
        var applied = await CliRun.OfAsync("apply", "--wait", "-f", directory.Write("work.yaml", Work), "--data", data);
        var nodes = await CliRun.OfAsync("get", "nodes", "-l", "zone=a", "--data", data);
        await CliRun.OfAsync("scale", "service/idle", "--replicas", "0", "--data", data); // A replica stays until another node takes it.
        var drained = await CliRun.OfAsync("node", "drain", "--wait", "far", "--data", data);
        var exit = await agent.EndAsync("TERM");
        await up.EndAsync("TERM");

        Assert.Equal((0, ""), (applied.Exit, applied.Error));
        Assert.Contains("far", nodes.Out, StringComparison.Ordinal);
        Assert.Contains("node/far is empty", drained.Out, StringComparison.Ordinal);
        Assert.Equal(0, exit);
    }

    [Theory]
    [InlineData("an agent needs --server", "agent")]
    [InlineData("an agent needs --token", "agent", "--server", "http://127.0.0.1:1")]
    [InlineData("'zone' is no label; write KEY=VALUE", "agent", "--server", "http://127.0.0.1:1", "--token", "x", "--label", "zone")]
    public async Task Agent_says_what_is_missing(string message, params string[] arguments)
    {
        var run = await CliRun.OfAsync(arguments);

        Assert.Equal(2, run.Exit);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private static string Pid(string wide) => wide.Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
}
