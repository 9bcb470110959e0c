using Datahall.Control.Agents;
using Datahall.Model;

namespace Datahall.Control.Tests.Agents;

public sealed class AgentMachineTests
{
    [Fact]
    public void OnDesired_starts_what_is_missing_once()
    {
        var machine = NewMachine();
        var set = Desired(5, Task("a", 5));

        var first = machine.OnDesired(set);
        var second = machine.OnDesired(set with { Revision = 6 });

        Assert.Equal([new StartAttempt(set.Tasks[0])], first);
        Assert.Empty(second);
        Assert.Equal(AttemptState.Starting, Assert.Single(machine.Attempts).State);
    }

    [Fact]
    public void OnDesired_drops_older_sets_and_those_of_other_sessions()
    {
        var machine = NewMachine();
        machine.OnDesired(Desired(5, Task("a", 5)));

        var older = machine.OnDesired(Desired(4));
        var other = machine.OnDesired(Desired(9) with { Session = "other" });

        Assert.Empty(older);
        Assert.Empty(other);
        Assert.Equal(5, machine.AppliedRevision);
        Assert.True(machine.AnyAlive);
    }

    [Fact]
    public void OnDesired_waits_for_the_old_attempt_to_end_before_it_starts_the_new_one()
    {
        var machine = NewMachine(Says("a", 5, AttemptState.Running));

        var replaced = machine.OnDesired(Desired(8, Task("a", 8)));
        var freed = machine.OnRuntime(Says("a", 5, AttemptState.Ended));

        Assert.Equal([new StopAttempt(new("a", 5), null)], replaced);
        Assert.Equal([new ForgetAttempt(new("a", 5)), new StartAttempt(Task("a", 8))], freed, Same);
    }

    [Fact]
    public void OnDesired_starts_nothing_while_an_unwanted_attempt_holds_its_place()
    {
        var machine = NewMachine(Says("old", 2, AttemptState.Running));

        var crowded = machine.OnDesired(Desired(8, Task("new", 8)));
        var late = machine.OnRuntime(Says("old", 2, AttemptState.Running));
        var freed = machine.OnRuntime(Says("old", 2, AttemptState.Ended));

        Assert.Equal([new StopAttempt(new("old", 2), null)], crowded);
        Assert.Empty(late);
        Assert.Contains(freed, action => action is StartAttempt);
    }

    [Theory]
    [InlineData(DesiredAction.Keep)]
    [InlineData(DesiredAction.Stop)]
    public void OnDesired_reports_what_should_be_there_and_is_not_as_vanished(DesiredAction action)
    {
        var machine = NewMachine();

        var actions = machine.OnDesired(Desired(8, Task("a", 5, action)));
        var started = machine.OnDesired(Desired(9, Task("a", 5)));

        Assert.Empty(actions);
        Assert.Empty(started);
        var report = Assert.Single(machine.Attempts);
        Assert.Equal((AttemptState.Ended, AgentMachine.Vanished), (report.State, report.Reason));
    }

    [Fact]
    public void OnDesired_stops_with_the_grace_of_the_template()
    {
        var machine = NewMachine();
        machine.OnDesired(Desired(5, Task("a", 5)));

        var stop = machine.OnDesired(Desired(6, Task("a", 5, DesiredAction.Stop)));
        var again = machine.OnDesired(Desired(7, Task("a", 5, DesiredAction.Stop)));

        Assert.Equal([new StopAttempt(new("a", 5), Duration.FromSeconds(3))], stop);
        Assert.Empty(again);
    }

    [Fact]
    public void OnDesired_tells_members_when_they_change_and_once_to_what_was_adopted()
    {
        var machine = NewMachine(Says("old", 2, AttemptState.Running));
        var (old, fresh) = (Task("old", 2, DesiredAction.Keep) with { Members = ["n1:1"] }, Task("new", 5) with { Members = ["n1:1", "n2:1"] });

        var first = machine.OnDesired(Desired(5, old, fresh));
        var same = machine.OnDesired(Desired(6, old with { Members = ["n1:1"] }, fresh));
        var changed = machine.OnDesired(Desired(7, old, fresh with { Action = DesiredAction.Keep, Members = ["n2:1", "n1:1"] }));
        machine.OnRuntime(Says("new", 5, AttemptState.Ended));
        var over = machine.OnDesired(Desired(8, old, fresh with { Members = [] }));

        Assert.Equal([new StartAttempt(fresh), new SetMembers(new("old", 2), old.Members!)], first.OrderBy(action => action is SetMembers));
        Assert.Empty(same);
        var told = Assert.IsType<SetMembers>(Assert.Single(changed));
        Assert.Equal(new("new", 5), told.Key);
        Assert.Equal(["n2:1", "n1:1"], told.Members);
        Assert.Empty(over);
    }

    [Fact]
    public void OnRuntime_takes_a_checkpoint_also_from_a_look_of_before_the_stop()
    {
        var machine = NewMachine(Says("a", 5, AttemptState.Running));
        machine.OnDesired(Desired(6, Task("a", 5, DesiredAction.Stop)));

        machine.OnRuntime(Says("a", 5, AttemptState.Running) with { Checkpointed = DateTimeOffset.UnixEpoch });

        var report = Assert.Single(machine.Attempts);
        Assert.Equal((AttemptState.Stopping, DateTimeOffset.UnixEpoch), (report.State, report.Checkpointed));
    }

    [Fact]
    public void OnRuntime_keeps_an_ended_attempt_until_it_is_not_desired()
    {
        var machine = NewMachine();
        machine.OnDesired(Desired(5, Task("a", 5)));

        var ended = machine.OnRuntime(Says("a", 5, AttemptState.Ended) with { ExitCode = 3 });
        var late = machine.OnRuntime(Says("a", 5, AttemptState.Running));
        var kept = machine.OnDesired(Desired(6, Task("a", 5)));
        var code = Assert.Single(machine.Attempts).ExitCode;
        var dropped = machine.OnDesired(Desired(7));

        Assert.Empty(ended.Concat(late).Concat(kept));
        Assert.Equal(3, code);
        Assert.Equal([new ForgetAttempt(new("a", 5))], dropped);
        Assert.Empty(machine.Attempts);
    }

    [Fact]
    public void Report_repeats_the_tasks_until_they_are_acknowledged()
    {
        var machine = NewMachine(Says("a", 5, AttemptState.Running));

        var first = machine.Report();
        var second = machine.Report();
        machine.OnAcknowledged(new(first.Sequence, Known: true));
        var quiet = machine.Report();
        machine.OnRuntime(Says("a", 5, AttemptState.Running) with { Ready = true });
        var changed = machine.Report();
        machine.OnAcknowledged(new(quiet.Sequence, Known: true));
        var unanswered = machine.Report();

        Assert.NotNull(first.Tasks);
        Assert.NotNull(second.Tasks);
        Assert.Null(quiet.Tasks);
        Assert.True(Assert.Single(changed.Tasks!).Ready);
        Assert.NotNull(unanswered.Tasks);
        Assert.Equal([1L, 2, 3, 4, 5], [first.Sequence, second.Sequence, quiet.Sequence, changed.Sequence, unanswered.Sequence]);
    }

    [Fact]
    public void Report_says_everything_after_a_new_registration()
    {
        var machine = NewMachine();
        machine.OnAcknowledged(new(machine.Report().Sequence, Known: true));

        machine.OnRegistered();

        Assert.NotNull(machine.Report().Tasks);
    }

    private static IEqualityComparer<AgentAction> Same { get; } = EqualityComparer<AgentAction>.Create(static (a, b) => Describe(a!) == Describe(b!));

    private static string Describe(AgentAction action) => action is StartAttempt start ? $"start {start.Desired.Task}@{start.Desired.Fence}" : $"{action}";

    private static AgentMachine NewMachine(params AttemptReport[] adopted) => new("n1", "s1", adopted);

    private static DesiredTasks Desired(long revision, params DesiredTask[] tasks) =>
        new() { Node = "n1", Session = "s1", Revision = revision, Tasks = tasks };

    private static DesiredTask Task(string name, long fence, DesiredAction action = DesiredAction.Start) => new()
    {
        Task = name,
        Fence = fence,
        Action = action,
        Template = new() { Run = new() { Process = new() { Command = ["true"] } }, GracePeriod = Duration.FromSeconds(3) },
    };

    private static AttemptReport Says(string name, long fence, AttemptState state) => new() { Task = name, Fence = fence, State = state };
}
