using Datahall.Control.Agents;
using Datahall.Fleet.Agents;
using Datahall.Fleet.Runtimes;
using Datahall.Fleet.Tests.Runtimes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datahall.Fleet.Tests.Agents;

public sealed class AgentTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly FakeControlPlane control = new();

    [Fact]
    public async Task RunAsync_runs_what_is_wanted_and_reports_it()
    {
        await using var run = Start();
        this.control.Want(RuntimeBench.Shell("echo hello; sleep 1000", "a", 3));

        await Eventually.Holds("ready task", () => this.control.Task("a") is { State: AttemptState.Running, Ready: true });
        await Eventually.Holds("readings", () => this.control.Readings is { } readings && readings.Tasks.Any(task => task.Task == "a"));
        this.control.Ask(new("r1", "a", 0, "stdout", -1, Follow: false));
        await Eventually.Holds("log", () => this.control.Logs.ContainsKey("r1"));
        this.control.Drop("a");
        await Eventually.Holds("empty report", () => this.control.Tasks.Count == 0);

        Assert.Equal("hello\n", this.control.Logs["r1"]);
        Assert.True(this.control.Registrations.Single().Capacity.Cpu.Milli > 0);
    }

    [Fact]
    public async Task RunAsync_takes_up_the_tasks_of_an_agent_that_died()
    {
        int? pid;
        await using (Start())
        {
            this.control.Want(RuntimeBench.Shell("sleep 1000", "a", 3));
            await Eventually.Holds("running task", () => this.control.Task("a") is { State: AttemptState.Running });
            pid = this.control.Task("a")!.Pid;
        }

        Assert.True(RuntimeBench.Lives(pid!.Value), "the task died with its agent");
        await using var run = Start();
        await Eventually.Holds("second session", () => this.control.Registrations.Count == 2);
        await Eventually.Holds("task of before", () => this.control.Task("a") is { State: AttemptState.Running } task && task.Pid == pid);
        this.control.Drop("a");
        await Eventually.Holds("stopped task", () => !RuntimeBench.Lives(pid.Value));
    }

    [Fact]
    public async Task RunAsync_goes_on_while_the_control_plane_is_away_and_registers_when_it_is_forgotten()
    {
        await using var run = Start();
        this.control.Want(RuntimeBench.Shell("read x </dev/null; sleep 1000", "a", 3));
        await Eventually.Holds("running task", () => this.control.Task("a") is { State: AttemptState.Running });
        var pid = this.control.Task("a")!.Pid!.Value;

        this.control.Away = true;
        Posix.Signal(pid, Posix.Kill);
        this.control.Away = false;
        await Eventually.Holds("end of the task", () => this.control.Task("a") is { State: AttemptState.Ended, Signal: 9 });
        this.control.Forgetful = true;
        await Eventually.Holds("second registration", () => this.control.Registrations.Count == 2);

        Assert.Single(this.control.Registrations.Select(registration => registration.Session).Distinct());
        Assert.Equal("store-1", this.control.Registrations.Last().StoreIdentity);
    }

    [Fact]
    public async Task RunAsync_refuses_the_orders_of_another_store()
    {
        await using (Start())
        {
            await Eventually.Holds("registration", () => File.Exists(directory.File("store-identity")));
        }

        this.control.Identity = "store-2";
        var refused = await Assert.ThrowsAsync<ControlPlaneException>(() => Eventually.Ends("refused agent", NewAgent().RunAsync(this.control, TestContext.Current.CancellationToken)));

        Assert.Equal(ControlPlaneFailure.Refused, refused.Failure);
        Assert.Contains("store-1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("store-2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_refuses_a_directory_that_another_agent_has()
    {
        await using var run = Start();
        await Eventually.Holds("registration", () => !this.control.Registrations.IsEmpty);

        var taken = await Assert.ThrowsAsync<IOException>(() => Eventually.Ends("agent without a directory", NewAgent().RunAsync(this.control, TestContext.Current.CancellationToken)));

        Assert.Contains($"another agent (process {Environment.ProcessId})", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeaveAsync_waits_until_every_task_has_stopped()
    {
        await using var run = Start();
        this.control.Want(RuntimeBench.Shell("trap 'sleep 0.3; exit 0' TERM; while :; do sleep 0.05; done", "a", 3));
        await Eventually.Holds("running task", () => this.control.Task("a") is { State: AttemptState.Running });
        var pid = this.control.Task("a")!.Pid!.Value;

        var outcome = await Eventually.Ends("leaving", run.Agent.LeaveAsync(TestContext.Current.CancellationToken));

        Assert.Equal(LeaveOutcome.Left, outcome);
        Assert.Equal(AttemptState.Ended, this.control.Task("a")!.State);
        Assert.False(RuntimeBench.Lives(pid));
    }

    [Fact]
    public async Task LeaveAsync_gives_up_when_it_is_told_to()
    {
        await using var run = Start();
        await Eventually.Holds("registration", () => !this.control.Registrations.IsEmpty);
        this.control.Away = true;
        using var second = new CancellationTokenSource();

        var leaving = run.Agent.LeaveAsync(second.Token);
        await second.CancelAsync();

        Assert.Equal(LeaveOutcome.TasksLeft, await Eventually.Ends("leaving", leaving));
    }

    [Fact]
    public async Task LeaveAsync_of_an_idle_agent_ends_when_the_control_plane_does_not_answer()
    {
        await using var run = Start();
        await Eventually.Holds("registration", () => !this.control.Registrations.IsEmpty);
        this.control.Away = true;

        var outcome = await Eventually.Ends("leaving", run.Agent.LeaveAsync(TestContext.Current.CancellationToken));

        Assert.Equal(LeaveOutcome.Left, outcome);
    }

    [Fact]
    public async Task LeaveAsync_does_not_register_again_when_it_hears_that_it_has_left_before_its_goodbye_is_answered()
    {
        await using var run = Start();
        await Eventually.Holds("readings", () => this.control.Readings is not null);
        this.control.SlowGoodbye = true;

        var outcome = await Eventually.Ends("leaving", run.Agent.LeaveAsync(TestContext.Current.CancellationToken));

        Assert.Equal(LeaveOutcome.Left, outcome);
        Assert.Single(this.control.Registrations);
    }

    [Fact]
    public async Task RunAsync_brings_the_members_file_to_what_was_ordered_last()
    {
        var file = directory.File("tasks/a/3/members");
        var task = RuntimeBench.Shell("sleep 1000", "a", 3) with { Members = ["n1:1", "n2:1"] };
        int? pid;
        await using (Start())
        {
            this.control.Want(task);
            await Eventually.Holds("running task", () => this.control.Task("a") is { State: AttemptState.Running });
            pid = this.control.Task("a")!.Pid;
            Assert.Equal("n1:1\nn2:1\n", File.ReadAllText(file));
            this.control.Want(task with { Members = ["n1:1"] });
            await Eventually.Holds("fewer members", () => File.ReadAllText(file) == "n1:1\n");
        }

        this.control.Want(task with { Members = ["n1:1", "n3:1"] }); // Nobody is there to hear it.
        await using var run = Start();
        await Eventually.Holds("other members", () => File.ReadAllText(file) == "n1:1\nn3:1\n");

        Assert.True(RuntimeBench.Lives(pid!.Value));
        this.control.Drop("a");
        await Eventually.Holds("stopped task", () => !RuntimeBench.Lives(pid.Value));
    }

    [Fact]
    public async Task RunAsync_reports_a_checkpoint_and_is_silent_about_it_afterwards()
    {
        await using var run = Start();
        this.control.Want(RuntimeBench.Shell("echo 1 > state; sleep 1000", "a", 3) with { CheckpointPath = "state" });
        await Eventually.Holds("checkpoint", () => this.control.Task("a") is { Checkpointed: not null });

        var said = this.control.Said;
        var heard = this.control.Reports;
        await Eventually.Holds("reports", () => this.control.Reports > heard + 5);

        Assert.Equal(said, this.control.Said);
        this.control.Drop("a");
        await Eventually.Holds("empty report", () => this.control.Tasks.Count == 0);
    }

    [Fact]
    public async Task RunAsync_says_goodbye_before_the_sleep_command_and_comes_back_with_a_new_session_when_it_fails()
    {
        var slept = directory.File("slept");
        await using var run = Start($"echo $DATAHALL_NODE >{slept}; exit 3");
        await Eventually.Holds("registration", () => this.control.Registrations.Count == 1);

        this.control.OrderSleep();
        await Eventually.Holds("second registration", () => this.control.Registrations.Count == 2);

        Assert.Equal("n1\n", File.ReadAllText(slept));
        Assert.Equal(this.control.Registrations.First().Session, Assert.Single(this.control.Sleepers));
        Assert.NotEqual(this.control.Registrations.First().Session, this.control.Registrations.Last().Session);
        Assert.True(this.control.Registrations.Last().CanSleep);
    }

    [Fact]
    public async Task RunAsync_stays_awake_when_its_goodbye_is_refused()
    {
        var slept = directory.File("slept");
        this.control.RefuseSleep = true;
        await using var run = Start($"touch {slept}");
        await Eventually.Holds("registration", () => this.control.Registrations.Count == 1);

        this.control.OrderSleep();
        await Eventually.Holds("second registration", () => this.control.Registrations.Count == 2);
        this.control.Want(RuntimeBench.Shell("exit 0", "a", 3));
        await Eventually.Holds("task after that", () => this.control.Task("a") is { State: AttemptState.Ended, ExitCode: 0 });

        Assert.False(File.Exists(slept));
    }

    [Fact]
    public async Task RunAsync_never_sleeps_without_permission()
    {
        await using var run = Start();
        await Eventually.Holds("registration", () => this.control.Registrations.Count == 1);

        this.control.OrderSleep();
        this.control.Want(RuntimeBench.Shell("exit 0", "a", 3));
        await Eventually.Holds("task after that", () => this.control.Task("a") is { State: AttemptState.Ended });

        Assert.False(this.control.Registrations.Single().CanSleep);
        Assert.Empty(this.control.Sleepers);
    }

    public void Dispose() => directory.Dispose();

    private Agent NewAgent(string? sleepCommand = null) => new(
        new()
        {
            SleepCommand = sleepCommand,
            DataDirectory = directory.Path,
            Node = "n1",
            Address = "127.0.0.1",
            ReadingsInterval = TimeSpan.FromMilliseconds(100),
            Retry = TimeSpan.FromMilliseconds(20),
            GoodbyeTimeout = TimeSpan.FromMilliseconds(500),
            Runtime = new() { DataDirectory = directory.Path, Poll = TimeSpan.FromMilliseconds(20), CheckpointLook = TimeSpan.FromMilliseconds(20) },
        },
        TimeProvider.System,
        NullLogger<Agent>.Instance);

    private AgentRun Start(string? sleepCommand = null) => new(NewAgent(sleepCommand), this.control);

    private sealed class AgentRun : IAsyncDisposable
    {
        private readonly CancellationTokenSource end = new();
        private readonly Task running;

        public AgentRun(Agent agent, FakeControlPlane control)
        {
            Agent = agent;
            running = agent.RunAsync(control, end.Token);
        }

        public Agent Agent { get; }

        public async ValueTask DisposeAsync()
        {
            await end.CancelAsync();
            await Eventually.Ends("cancelled agent", running);
            end.Dispose();
        }
    }
}
