using System.Diagnostics;
using Datahall.Control.Agents;
using Datahall.Fleet.Runtimes;

namespace Datahall.Fleet.Tests.Runtimes;

public sealed class AdoptionTests
{
    [Fact]
    public async Task Adopt_takes_up_a_living_task_with_its_pid()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Shell("echo started; sleep 1000"));
        var before = await bench.Running();
        await bench.Line();

        bench.Restart();
        bench.Runtime.Start(RuntimeBench.Shell("echo started; sleep 1000"));
        var adopted = Assert.Single(bench.Adopted);
        bench.Runtime.Stop(new("t", 1), null);
        var ended = await bench.Ended();

        Assert.Equal((before.Pid, AttemptState.Running, true), (adopted.Pid, adopted.State, adopted.Ready));
        Assert.Equal(15, ended.Signal);
        Assert.Equal("started\n", bench.Output());
    }

    [Fact]
    public async Task Adopt_notices_an_exit_that_nobody_saw()
    {
        using var bench = new RuntimeBench();
        var go = Path.Combine(bench.Root, "go");
        // It looks for a file: a FIFO would hold up whoever opens it while the other end is not there.
        bench.Runtime.Start(RuntimeBench.Shell($"until [ -e '{go}' ]; do sleep 0.02; done; exit 5"));
        await bench.Running();
        bench.Runtime.Dispose(); // The agent is dead; the task goes on and ends.
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
        await Eventually.Holds("exit file", () => File.Exists(bench.File("exit")));

        bench.Restart();
        var report = await bench.Ended();

        Assert.Equal(5, report.ExitCode);
    }

    [Fact]
    public async Task Adopt_reports_an_end_again_until_it_is_forgotten()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Shell("exit 4"));
        await bench.Ended();

        bench.Restart();
        var again = Assert.Single(bench.Adopted);
        bench.Runtime.Forget(new("t", 1));
        bench.Restart();

        Assert.Equal(4, again.ExitCode);
        Assert.Empty(bench.Adopted);
    }

    [Fact]
    public async Task Adopt_does_not_take_a_stranger_for_the_task()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Command("t", 1, "sleep", "1000"));
        await bench.Running();
        var pid = File.ReadAllText(bench.File("pid"));
        bench.Runtime.Stop(new("t", 1), new(0));
        await bench.Ended();
        // With pipes of its own: holding this program's output it would hold up whoever reads that to the end.
        using var stranger = Process.Start(new ProcessStartInfo("sleep", ["1000"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        File.Delete(bench.File("ended.json"));
        File.Delete(bench.File("exit"));
        var stat = File.ReadAllText($"/proc/{stranger.Id}/stat");
        File.WriteAllText(bench.File("pid"), $"00000000-another-boot\n{stat}\n");

        try
        {
            bench.Restart();
            var report = await bench.Ended();

            Assert.NotEqual(pid, stat);
            Assert.Equal(AgentMachine.Vanished, report.Reason);
            Assert.True(RuntimeBench.Lives(stranger.Id), "a process of another boot's pid was killed");
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public void Adopt_drops_an_attempt_whose_agent_died_before_it_began()
    {
        using var bench = new RuntimeBench();
        new AttemptDirectory(bench.Options.Tasks, new("t", 1)).Create(RuntimeBench.Shell("echo hello"));

        bench.Restart();

        Assert.Empty(bench.Adopted);
        Assert.False(Directory.Exists(bench.File("")));
    }

    [Fact]
    public async Task A_second_wrapper_of_one_attempt_leaves_at_once()
    {
        using var bench = new RuntimeBench();
        var script = Path.Combine(bench.Root, "attempt.sh");
        Directory.CreateDirectory(bench.File("work"));
        var directory = bench.File("").TrimEnd('/');

        var wrappers = Enumerable.Range(0, 8).Select(_ => Process.Start(
            new ProcessStartInfo("setsid", ["-w", "/bin/sh", script, directory, bench.File("work"), "", "/bin/sh", "-c", "echo ran; sleep 0.3"]))!).ToList();
        await Eventually.Ends("run of eight wrappers", Task.WhenAll(wrappers.Select(wrapper => wrapper.WaitForExitAsync(TestContext.Current.CancellationToken))));

        Assert.Equal([0, 75, 75, 75, 75, 75, 75, 75], wrappers.Select(wrapper => wrapper.ExitCode).Order());
        Assert.Equal("ran\n", bench.Output());
        Assert.Equal("0\n", File.ReadAllText(bench.File("exit")));
    }

    [Fact]
    public async Task Start_after_a_wrapper_that_came_late_takes_that_one_up()
    {
        using var bench = new RuntimeBench();
        var directory = new AttemptDirectory(bench.Options.Tasks, new("t", 1));
        directory.Create(RuntimeBench.Shell(""));
        Directory.CreateDirectory(directory.Work);
        using var late = Process.Start(new ProcessStartInfo(
            "setsid", ["/bin/sh", Path.Combine(bench.Root, "attempt.sh"), directory.Path, directory.Work, "", "/bin/sh", "-c", "echo $$; sleep 1000"]));
        await bench.Line();

        bench.Runtime.Start(RuntimeBench.Shell("echo second; sleep 1000"));
        var report = await bench.Running();

        Assert.Equal(await bench.Line(), $"{report.Pid}");
        Assert.DoesNotContain("second", bench.Output(), StringComparison.Ordinal);
    }
}
