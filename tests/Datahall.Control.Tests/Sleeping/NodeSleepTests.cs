using Datahall.Control.Agents;
using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Sleeping;

public sealed class NodeSleepTests
{
    [Fact]
    public void A_node_sleeps_once_its_agent_said_goodbye_and_was_silent_for_a_lease()
    {
        var hall = new Hall().WithSleeper("n1");

        hall.Send(new SetNodePower("n1", PowerMode.Asleep, Drain: false));
        var ordered = hall.Node("n1").Status!.Power;
        hall.FallAsleep("n1");
        var saidGoodbye = hall.Node("n1").Status!;
        hall.Pass(TimeSpan.FromSeconds(4));

        Assert.Equal(PowerState.FallingAsleep, ordered);
        Assert.Equal((NodePhase.Asleep, PowerState.FallingAsleep), (saidGoodbye.Phase, saidGoodbye.Power));
        Assert.Equal((NodePhase.Asleep, PowerState.Asleep), (hall.Node("n1").Status!.Phase, hall.Node("n1").Status!.Power));
        hall.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(NodePhase.Asleep, hall.Node("n1").Status!.Phase); // Not lost.
        Assert.DoesNotContain(hall.Events, e => e.Reason is "NodeLost");
    }

    [Fact]
    public void A_node_with_tasks_sleeps_only_when_told_to_move_them_away()
    {
        var hall = new Hall().WithSleeper("n1").WithNode("n2");
        hall.Apply(A.Job("j"));
        var on = hall.Tasks[0].Status.Placement!.Node;
        Assert.Equal("n1", on);

        var refused = hall.Refuse(new SetNodePower("n1", PowerMode.Asleep, Drain: false));
        hall.Send(new SetNodePower("n1", PowerMode.Asleep, Drain: true));

        Assert.Equal("1 task holds a place on it: add --drain to move them away first", refused.Errors[0].Message);
        Assert.Equal("n2", hall.Tasks[0].Status.Placement!.Node);
        Assert.IsType<Accepted>(hall.FallAsleep("n1"));
    }

    [Fact]
    public void What_is_lost_is_unknown_and_nothing_is_switched()
    {
        var hall = new Hall().WithSleeper("n1");
        hall.Agent("n1").Silent = true;
        hall.Pass(TimeSpan.FromSeconds(6));

        var wake = hall.Refuse(new SetNodePower("n1", PowerMode.Awake, Drain: false));
        var sleep = hall.Refuse(new SetNodePower("n1", PowerMode.Asleep, Drain: false));

        Assert.Equal((NodePhase.Lost, PowerState.Unknown), (hall.Node("n1").Status!.Phase, hall.Node("n1").Status!.Power));
        Assert.All([wake, sleep], r => Assert.StartsWith("its power state is not known, so nothing is switched", r.Errors[0].Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_that_is_lost_on_its_way_is_unknown()
    {
        var hall = new Hall().WithSleeper("n1");
        hall.Agent("n1").Silent = true;

        hall.Send(new SetNodePower("n1", PowerMode.Asleep, Drain: false));
        hall.Pass(TimeSpan.FromSeconds(6));

        Assert.Equal((NodePhase.Lost, PowerState.Unknown), (hall.Node("n1").Status!.Phase, hall.Node("n1").Status!.Power));
    }

    [Fact]
    public void Waking_ends_when_the_agent_registers_with_a_new_session()
    {
        var hall = Asleep("n1");

        hall.Send(new SetNodePower("n1", PowerMode.Awake, Drain: false));
        var waking = hall.Node("n1").Status!.Power;
        hall.Restart(); // What is durable is enough.
        hall.Send(new Register(new() { Node = "n1", Session = "n1-1", Capacity = A.Capacity(), Address = "a", CanSleep = true })); // A late echo.
        var echoed = hall.Node("n1").Status!.Power;
        hall.WithSleeper("n1");

        Assert.Equal((PowerState.Waking, PowerState.Waking), (waking, echoed));
        Assert.Equal((NodePhase.Ready, PowerState.Awake), (hall.Node("n1").Status!.Phase, hall.Node("n1").Status!.Power));
    }

    [Fact]
    public void A_node_that_does_not_wake_in_time_is_unknown_and_left_alone()
    {
        var hall = Asleep("n1");

        hall.Send(new SetNodePower("n1", PowerMode.Awake, Drain: false));
        hall.Pass(TimeSpan.FromMinutes(16));

        Assert.Equal((NodePhase.Lost, PowerState.Unknown), (hall.Node("n1").Status!.Phase, hall.Node("n1").Status!.Power));
        Assert.IsType<Refused>(hall.Send(new SetNodePower("n1", PowerMode.Awake, Drain: false)));
        hall.WithSleeper("n1"); // Somebody looked.
        Assert.Equal((NodePhase.Ready, PowerState.Awake), (hall.Node("n1").Status!.Phase, hall.Node("n1").Status!.Power));
    }

    [Fact]
    public void An_order_that_was_taken_back_is_refused_at_the_goodbye()
    {
        var hall = new Hall().WithSleeper("n1");
        hall.Send(new SetNodePower("n1", PowerMode.Asleep, Drain: false));

        hall.Send(new SetNodePower("n1", PowerMode.Awake, Drain: false));
        hall.Apply(A.Job("j"));

        Assert.IsType<Refused>(hall.Send(new Leave("n1", "n1-1", LeaveReason.Sleep)));
        Assert.Equal(TaskPhase.Running, hall.Tasks[0].Status.Phase);
    }

    [Fact]
    public void A_machine_that_does_not_sleep_is_left_awake_for_a_while()
    {
        var hall = new Hall().WithSleeper("n1");
        hall.Send(new SetNodePower("n1", PowerMode.Asleep, Drain: false));
        hall.FallAsleep("n1");

        hall.WithSleeper("n1"); // It came back at once.
        hall.Pass(TimeSpan.FromMinutes(4));
        var resting = hall.Node("n1").Status!.Power;
        hall.Pass(TimeSpan.FromSeconds(65));

        Assert.Equal((PowerState.Awake, PowerState.FallingAsleep), (resting, hall.Node("n1").Status!.Power));
        Assert.Contains(hall.Events, e => e.Reason is "SleepEnded");
    }

    [Fact]
    public void An_agent_without_permission_is_never_told_to_sleep()
    {
        var hall = new Hall().WithNode("n1");

        Assert.Contains("--allow-sleep", hall.Refuse(new SetNodePower("n1", PowerMode.Asleep, Drain: false)).Errors[0].Message, StringComparison.Ordinal);
        hall.Apply(hall.Node("n1") with { Spec = new() { Power = PowerMode.Asleep }, Revision = 0 });
        Assert.Equal((PowerState.Awake, false), (hall.Node("n1").Status!.Power, hall.Agent("n1").Orders!.Sleep));
    }

    private static Hall Asleep(string node)
    {
        var hall = new Hall().WithSleeper(node);
        hall.Send(new SetNodePower(node, PowerMode.Asleep, Drain: false));
        hall.FallAsleep(node);
        hall.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(PowerState.Asleep, hall.Node(node).Status!.Power);
        return hall;
    }
}
