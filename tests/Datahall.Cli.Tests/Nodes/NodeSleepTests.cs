using System.Diagnostics;

namespace Datahall.Cli.Tests.Nodes;

/// <summary>Sleep and wake with real processes: the sleep command kills the agent as a machine that goes down does, and the wake command starts another.</summary>
public sealed class NodeSleepTests
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(90);

    private const string Work = """
        kind: Job
        name: greet
        spec: { roles: [{ name: worker, run: { process: { command: [echo, hello] } } }] }
        """;

    [Fact]
    public async Task A_node_sleeps_survives_a_killed_control_plane_and_wakes_for_work()
    {
        using var directory = new TestDirectory();
        var (data, url, pid) = (Path.Combine(directory.Path, "server"), Path.Combine(directory.Path, "url"), Path.Combine(directory.Path, "agent.pid"));
        var wake = directory.Write("wake.sh", $"""
            [ -f {pid} ] && exit 0
            setsid {RunningProgram.Path} agent --server "$(cat {url})" --token "$(cat {url}.token)" --node "$DATAHALL_NODE" --data {directory.Path}/agent </dev/null >{directory.Path}/agent.log 2>&1 &
            echo $! >{pid}
            """);
        await using var first = await UpAsync(data, url, wake);
        await using var agent = RunningProgram.Start(
            "agent", "--server", File.ReadAllText(url), "--token", File.ReadAllText($"{url}.token"), "--node", "far", "--data", Path.Combine(directory.Path, "agent"),
            "--allow-sleep", "--sleep-command", "kill -KILL $PPID");
        await agent.LineAsync("node/far runs tasks for");
        try
        {
            await UntilAsync(data, "node/far", "\"phase\": \"ready\"");
            var asked = await CliRun.OfAsync("node", "sleep", "far", "--data", data);
            Assert.Equal((0, ""), (asked.Exit, asked.Error));
            await UntilAsync(data, "node/far", "\"phase\": \"asleep\"", "it sleeps");

            await first.EndAsync("KILL");
            await using var second = await UpAsync(data, url, wake);
            await CliRun.OfAsync("apply", "-f", directory.Write("work.yaml", Work), "--data", data);
            var waits = await CliRun.OfAsync("explain", "job/greet", "--data", data);
            await CliRun.OfAsync("node", "wake", "far", "--data", data);
            await UntilAsync(data, "job/greet", "\"phase\": \"succeeded\"");
            var events = await CliRun.OfAsync("events", "--data", data);

            Assert.Contains("1 asleep", waits.Out, StringComparison.Ordinal);
            Assert.Contains("Asleep", events.Out, StringComparison.Ordinal);
            Assert.Contains("Waking", events.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("NodeLost", events.Out, StringComparison.Ordinal);
            await second.EndAsync("TERM");
        }
        finally
        {
            if (File.Exists(pid))
            {
                using var kill = Process.Start("kill", ["-KILL", File.ReadAllText(pid).Trim()]);
                await kill.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private static async Task<RunningProgram> UpAsync(string data, string url, string wake)
    {
        var up = RunningProgram.Start("up", "--no-agent", "--data", data, "--listen", "http://127.0.0.1:0", "--wake-command", $"sh {wake}");
        File.WriteAllText(url, (await up.LineAsync("is ready at")).Split(' ')[^1]);
        File.WriteAllText($"{url}.token", (await CliRun.OfAsync("node", "join-token", "--data", data)).Out.Trim());
        return up;
    }

    private static async Task UntilAsync(string data, string target, params string[] parts)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var run = await CliRun.OfAsync("get", target, "-o", "json", "--data", data);
            if (parts.All(part => run.Out.Contains(part, StringComparison.Ordinal)))
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < patience, $"{target} never said {string.Join(" and ", parts)}; it says:\n{run.Out}{run.Error}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
