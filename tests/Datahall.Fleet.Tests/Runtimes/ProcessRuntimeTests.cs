using System.Globalization;
using Datahall.Control.Agents;
using Datahall.Fleet.Runtimes;
using Datahall.Model;

namespace Datahall.Fleet.Tests.Runtimes;

public sealed class ProcessRuntimeTests
{
    [Theory]
    [InlineData("exit 0", 0, null)]
    [InlineData("exit 3", 3, null)]
    [InlineData("kill -KILL $$", null, 9)]
    [InlineData("kill -SEGV $$", null, 11)]
    public async Task Poll_reports_how_the_process_ended(string script, int? exitCode, int? signal)
    {
        using var bench = new RuntimeBench();

        bench.Runtime.Start(RuntimeBench.Shell(script));
        var report = await bench.Ended();

        Assert.Equal((exitCode, signal, null), (report.ExitCode, report.Signal, report.Reason));
    }

    [Fact]
    public async Task Start_runs_the_command_once_with_its_output_in_files()
    {
        using var bench = new RuntimeBench();
        var task = RuntimeBench.Shell("echo out; echo err >&2; pwd; sleep 100");

        bench.Runtime.Start(task);
        bench.Runtime.Start(task);
        var report = await bench.Running();
        var directory = await bench.Line(1);

        Assert.True(report.Ready);
        Assert.Equal("out", await bench.Line());
        Assert.Equal("err\n", File.ReadAllText(bench.File("stderr.log")));
        Assert.Equal(bench.File("work"), directory);
        Assert.True(RuntimeBench.Lives(report.Pid!.Value));
    }

    [Fact]
    public async Task Poll_notices_when_the_task_is_killed_from_outside()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Command("t", 1, "sleep", "100"));
        var running = await bench.Running();

        Posix.Signal(running.Pid!.Value, Posix.Kill);
        var report = await bench.Ended();

        Assert.Equal(9, report.Signal);
    }

    [Fact]
    public async Task Poll_ends_what_is_left_when_the_wrapper_is_killed()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Command("t", 1, "sleep", "100"));
        var running = await bench.Running();

        Posix.Signal(new AttemptDirectory(bench.Options.Tasks, new("t", 1)).Pid!.Pid, Posix.Kill);
        var report = await bench.Ended();

        Assert.Equal(9, report.Signal);
        Assert.False(RuntimeBench.Lives(running.Pid!.Value));
    }

    [Fact]
    public async Task Stop_lets_the_task_end_by_itself()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Shell("trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.05; done"));
        await bench.Line();

        bench.Runtime.Stop(new("t", 1), null);
        var report = await bench.Ended();

        Assert.Equal((7, null), (report.ExitCode, report.Signal));
        Assert.Equal("bye", await bench.Line(1));
    }

    [Fact]
    public async Task Stop_kills_after_the_grace_what_ignores_the_signal()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Shell("trap '' TERM; echo up; while :; do sleep 0.05; done"));
        await bench.Line();

        bench.Runtime.Stop(new("t", 1), new Duration(300));
        var stopping = bench.Report()!.State;
        var report = await bench.Ended();

        Assert.Equal(AttemptState.Stopping, stopping);
        Assert.Equal(9, report.Signal);
    }

    [Fact]
    public async Task Stop_reaches_grandchildren_that_ignore_it()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Shell("(trap '' TERM; sleep 1000) & echo $!; trap 'exit 0' TERM; while :; do sleep 0.05; done"));
        var grandchild = int.Parse(await bench.Line(), CultureInfo.InvariantCulture);

        bench.Runtime.Stop(new("t", 1), new Duration(5000));
        await bench.Ended();

        Assert.False(RuntimeBench.Lives(grandchild));
    }

    [Fact]
    public async Task Poll_clears_away_what_outlives_the_task()
    {
        using var bench = new RuntimeBench();

        bench.Runtime.Start(RuntimeBench.Shell("sleep 1000 & echo $!"));
        var report = await bench.Ended();

        Assert.Equal(0, report.ExitCode);
        Assert.False(RuntimeBench.Lives(int.Parse(bench.Output(), CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Stop_right_after_Start_leaves_nothing()
    {
        using var bench = new RuntimeBench();

        for (var fence = 1; fence <= 30; fence++)
        {
            bench.Runtime.Start(RuntimeBench.Command("t", fence, "sleep", "1000"));
            bench.Runtime.Stop(new("t", fence), new Duration(5000));
            var report = await bench.Ended("t", fence);

            Assert.Equal(15, report.Signal);
        }
    }

    [Theory]
    [InlineData("no-such-program", "the program 'no-such-program' is in no directory of PATH")]
    [InlineData("./here/missing", "does not exist on the node")]
    [InlineData("/etc/passwd", "'/etc/passwd' is not executable")]
    [InlineData("/etc", "'/etc' is a directory")]
    public async Task Start_says_why_a_program_cannot_start(string program, string message)
    {
        using var bench = new RuntimeBench();

        bench.Runtime.Start(RuntimeBench.Command("t", 1, program));
        var report = await bench.Ended();

        Assert.Equal("StartFailed", report.Reason);
        Assert.Contains(message, report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_says_that_a_script_has_no_interpreter()
    {
        using var bench = new RuntimeBench();
        var script = Path.Combine(bench.Root, "script");
        File.WriteAllText(script, "#!/no/such/python\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        bench.Runtime.Start(RuntimeBench.Command("t", 1, script));
        var report = await bench.Ended();

        Assert.Contains("'/no/such/python'", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_says_that_the_working_directory_is_missing()
    {
        using var bench = new RuntimeBench();
        var task = RuntimeBench.Command("t", 1, "true");
        task = task with { Template = task.Template with { Run = new() { Process = new() { Command = ["true"], WorkingDirectory = "/no/such/place" } } } };

        bench.Runtime.Start(task);
        var report = await bench.Ended();

        Assert.Equal("StartFailed", report.Reason);
        Assert.Contains("/no/such/place", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_gives_a_clean_environment_with_references_replaced()
    {
        using var bench = new RuntimeBench();
        var task = RuntimeBench.Command("t", 1, "/bin/sh", "-c", "echo $URL $0 $1; env", "$(RANK)", "$(OTHER)");
        task = task with
        {
            Template = task.Template with { Env = new Dictionary<string, string> { ["URL"] = "http://$(HOST):$(PORT)" } },
            Env = new Dictionary<string, string> { ["HOST"] = "n1", ["PORT"] = "20001", ["RANK"] = "3" },
        };

        bench.Runtime.Start(task);
        await bench.Ended();

        Assert.Equal("http://n1:20001 3 $(OTHER)", await bench.Line());
        var names = bench.Output().Split('\n').Skip(1).Select(line => line.Split('=')[0]).Where(name => name.Length > 0);
        Assert.Subset(new HashSet<string> { "PATH", "HOME", "LANG", "USER", "TZ", "URL", "HOST", "PORT", "RANK", "PWD", "_", "OLDPWD", "SHLVL" }, names.ToHashSet());
    }

    [Fact]
    public async Task Forget_keeps_the_last_logs_and_deletes_the_rest()
    {
        using var bench = new RuntimeBench(options => options with { KeptAttempts = 2 });

        for (var fence = 1; fence <= 4; fence++)
        {
            bench.Runtime.Start(RuntimeBench.Shell("echo hello", fence: fence));
            await bench.Ended("t", fence);
            bench.Runtime.Forget(new("t", fence));
        }

        Assert.Equal([false, false, true, true], Enumerable.Range(1, 4).Select(fence => File.Exists(bench.File("stdout.log", "t", fence))));
        Assert.False(Directory.Exists(bench.File("work", "t", 4)));
    }

    [Fact]
    public async Task Start_refuses_an_attempt_that_has_run_and_was_forgotten()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Shell("echo once"));
        await bench.Ended();
        bench.Runtime.Forget(new("t", 1));

        bench.Runtime.Start(RuntimeBench.Shell("echo twice"));
        var report = await bench.Ended();

        Assert.Equal(AgentMachine.Vanished, report.Reason);
        Assert.Equal("once\n", bench.Output());
    }
}
