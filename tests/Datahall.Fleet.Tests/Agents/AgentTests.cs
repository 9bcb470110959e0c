using Datahall.Control.Agents;
using Datahall.Fleet.Agents;
using Datahall.Fleet.Runtimes;
using Datahall.Fleet.Tests.Runtimes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datahall.Fleet.Tests.Agents;

public sealed class AgentTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeControlPlane _control = new();

    [Fact]
    public async Task RunAsync_runs_what_is_wanted_and_reports_it()
    {
        await using var run = Start();
        _control.Want(RuntimeBench.Shell("echo hello; sleep 1000", "a", 3));

        await Eventually.Holds("ready task", () => _control.Task("a") is { State: AttemptState.Running, Ready: true });
        await Eventually.Holds("readings", () => _control.Readings is { } readings && readings.Tasks.Any(task => task.Task == "a"));
        _control.Ask(new("r1", "a", 0, "stdout", -1, Follow: false));
        await Eventually.Holds("log", () => _control.Logs.ContainsKey("r1"));
        _control.Drop("a");
        await Eventually.Holds("empty report", () => _control.Tasks.Count == 0);

        Assert.Equal("hello\n", _control.Logs["r1"]);
        Assert.True(_control.Registrations.Single().Capacity.Cpu.Milli > 0);
    }

    [Fact]
    public async Task RunAsync_takes_up_the_tasks_of_an_agent_that_died()
    {
        int? pid;
        await using (Start())
        {
            _control.Want(RuntimeBench.Shell("sleep 1000", "a", 3));
            await Eventually.Holds("running task", () => _control.Task("a") is { State: AttemptState.Running });
            pid = _control.Task("a")!.Pid;
        }

        Assert.True(RuntimeBench.Lives(pid!.Value), "the task died with its agent");
        await using var run = Start();
        await Eventually.Holds("second session", () => _control.Registrations.Count == 2);
        await Eventually.Holds("task of before", () => _control.Task("a") is { State: AttemptState.Running } task && task.Pid == pid);
        _control.Drop("a");
        await Eventually.Holds("stopped task", () => !RuntimeBench.Lives(pid.Value));
    }

    [Fact]
    public async Task RunAsync_goes_on_while_the_control_plane_is_away_and_registers_when_it_is_forgotten()
    {
        await using var run = Start();
        _control.Want(RuntimeBench.Shell("read x </dev/null; sleep 1000", "a", 3));
        await Eventually.Holds("running task", () => _control.Task("a") is { State: AttemptState.Running });
        var pid = _control.Task("a")!.Pid!.Value;

        _control.Away = true;
        Posix.Signal(pid, Posix.Kill);
        _control.Away = false;
        await Eventually.Holds("end of the task", () => _control.Task("a") is { State: AttemptState.Ended, Signal: 9 });
        _control.Forgetful = true;
        await Eventually.Holds("second registration", () => _control.Registrations.Count == 2);

        Assert.Single(_control.Registrations.Select(registration => registration.Session).Distinct());
        Assert.Equal("store-1", _control.Registrations.Last().StoreIdentity);
    }

    [Fact]
    public async Task RunAsync_refuses_the_orders_of_another_store()
    {
        await using (Start())
        {
            await Eventually.Holds("registration", () => File.Exists(_directory.File("store-identity")));
        }

        _control.Identity = "store-2";
        var refused = await Assert.ThrowsAsync<ControlPlaneException>(() => NewAgent().RunAsync(_control, TestContext.Current.CancellationToken));

        Assert.Equal(ControlPlaneFailure.Refused, refused.Failure);
        Assert.Contains("store-1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("store-2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_refuses_a_directory_that_another_agent_has()
    {
        await using var run = Start();
        await Eventually.Holds("registration", () => !_control.Registrations.IsEmpty);

        var taken = await Assert.ThrowsAsync<IOException>(() => NewAgent().RunAsync(_control, TestContext.Current.CancellationToken));

        Assert.Contains($"another agent (process {Environment.ProcessId})", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeaveAsync_waits_until_every_task_has_stopped()
    {
        await using var run = Start();
        _control.Want(RuntimeBench.Shell("trap 'sleep 0.3; exit 0' TERM; while :; do sleep 0.05; done", "a", 3));
        await Eventually.Holds("running task", () => _control.Task("a") is { State: AttemptState.Running });
        var pid = _control.Task("a")!.Pid!.Value;

        var outcome = await run.Agent.LeaveAsync(TestContext.Current.CancellationToken);

        Assert.Equal(LeaveOutcome.Left, outcome);
        Assert.Equal(AttemptState.Ended, _control.Task("a")!.State);
        Assert.False(RuntimeBench.Lives(pid));
    }

    [Fact]
    public async Task LeaveAsync_gives_up_when_it_is_told_to()
    {
        await using var run = Start();
        await Eventually.Holds("registration", () => !_control.Registrations.IsEmpty);
        _control.Away = true;
        using var second = new CancellationTokenSource();

        var leaving = run.Agent.LeaveAsync(second.Token);
        await second.CancelAsync();

        Assert.Equal(LeaveOutcome.TasksLeft, await leaving);
    }

    public void Dispose() => _directory.Dispose();

    private Agent NewAgent() => new(
        new()
        {
            DataDirectory = _directory.Path,
            Node = "n1",
            Address = "127.0.0.1",
            ReadingsInterval = TimeSpan.FromMilliseconds(100),
            Retry = TimeSpan.FromMilliseconds(20),
            Runtime = new() { DataDirectory = _directory.Path, Poll = TimeSpan.FromMilliseconds(20) },
        },
        TimeProvider.System,
        NullLogger<Agent>.Instance);

    private AgentRun Start() => new(NewAgent(), _control);

    private sealed class AgentRun : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Task _running;

        public AgentRun(Agent agent, FakeControlPlane control)
        {
            Agent = agent;
            _running = agent.RunAsync(control, _end.Token);
        }

        public Agent Agent { get; }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _running;
            _end.Dispose();
        }
    }
}
