using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Nodes;

public sealed class NodeTests
{
    [Fact]
    public void A_lost_nodes_tasks_are_placed_elsewhere_in_the_same_step()
    {
        var hall = new Hall().WithNode("n1").WithNode("n2");
        hall.Apply(A.Service("web", 1));
        var first = hall.Task("web.v1.0").Status.Placement!.Node;
        hall.Agent(first).Silent = true;

        hall.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal(NodePhase.Lost, hall.Node(first).Status!.Phase);
        Assert.NotEqual(first, hall.Task("web.v1.0").Status.Placement!.Node);
        var lost = hall.Events.Single(e => e.Reason == "NodeLost");
        Assert.Contains(hall.Events, e => e.Reason == "Placed" && e.Time == lost.Time && e.About.Name == "web.v1.0");
        Assert.Equal(0, hall.Task("web.v1.0").Status.Failures);
    }

    [Fact]
    public void A_gang_that_loses_a_member_gets_one_new_attempt_whole_and_the_others_stay_where_they_are()
    {
        var hall = new Hall().WithNode("n1", cpus: 1).WithNode("n2", cpus: 1).WithNode("n3", cpus: 1);
        hall.Apply(A.Job("train", 2));
        var (lost, kept) = (hall.Task("train.worker.0").Status.Placement!.Node, hall.Task("train.worker.1").Status.Placement!.Node);
        hall.Agent(lost).Silent = true;

        hall.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal(kept, hall.Task("train.worker.1").Status.Placement!.Node);
        Assert.All(hall.Tasks, t => Assert.Equal((TaskPhase.Running, 2), (t.Status.Phase, t.Status.Attempt)));
        Assert.Equal(0, hall.Job("train").Status!.Restarts);
    }

    [Fact]
    public void A_gang_that_loses_a_member_and_has_no_room_stops_whole_and_waits()
    {
        var hall = new Hall().WithNode("n1", cpus: 1).WithNode("n2", cpus: 1);
        hall.Apply(A.Job("train", 2));
        hall.Agent("n2").Silent = true;

        hall.Pass(TimeSpan.FromSeconds(5));
        var waiting = hall.Tasks;
        hall.WithNode("n3", cpus: 1);

        Assert.All(waiting, t => Assert.Equal(TaskPhase.Pending, t.Status.Phase));
        Assert.All(hall.Tasks, t => Assert.Equal(TaskPhase.Running, t.Status.Phase));
    }

    [Fact]
    public void A_task_that_turns_up_on_a_returning_node_is_stopped_before_the_node_takes_new_ones()
    {
        var hall = new Hall().WithNode("n1", cpus: 1).WithNode("n2", cpus: 1);
        hall.Apply(A.Service("web", 1));
        var first = hall.Task("web.v1.0").Status.Placement!.Node;
        hall.Agent(first).Silent = true;
        hall.Pass(TimeSpan.FromSeconds(5));
        hall.Agent(first).Stubborn = true;
        hall.Agent(first).Silent = false;

        hall.Pass(TimeSpan.FromSeconds(2));
        var joining = hall.Node(first).Status!;
        hall.Agent(first).Stubborn = false;
        hall.Agent(first).Obey(hall.Core.DesiredFor(first)!);
        hall.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(NodePhase.Joining, joining.Phase);
        Assert.Contains("stopping 1 task that has moved elsewhere", joining.Message, StringComparison.Ordinal);
        Assert.Equal(NodePhase.Ready, hall.Node(first).Status!.Phase);
        Assert.Empty(hall.Agent(first).Attempts);
    }

    [Fact]
    public void A_job_that_never_restarts_fails_when_its_node_is_lost()
    {
        var hall = new Hall().WithNode("n1").WithNode("n2");
        var job = A.Job("once");
        hall.Apply(job with { Spec = job.Spec with { Restart = new() { Policy = RestartPolicy.Never } } });
        hall.Agent(hall.Task("once.worker.0").Status.Placement!.Node).Silent = true;

        hall.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal(TaskPhase.Lost, hall.Task("once.worker.0").Status.Phase);
        Assert.Equal(JobPhase.Failed, hall.Job("once").Status!.Phase);
    }

    [Fact]
    public void A_cordoned_node_keeps_its_tasks_and_gets_no_new_ones()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Job("a"));
        hall.Send(new SetNodeMode("n1", NodeMode.Cordoned));

        hall.Apply(A.Job("b"));

        Assert.Equal(TaskPhase.Running, hall.Task("a.worker.0").Status.Phase);
        Assert.Equal("0/1 nodes: 1 cordoned", hall.Task("b.worker.0").Status.Message);
    }

    [Fact]
    public void A_drain_requeues_a_jobs_tasks_elsewhere()
    {
        var hall = new Hall().WithNode("n1").WithNode("n2");
        hall.Apply(A.Job("a", 2));
        var from = hall.Task("a.worker.0").Status.Placement!.Node;

        hall.Send(new SetNodeMode(from, NodeMode.Draining));

        Assert.All(hall.Tasks, t => Assert.True(t.Status is { Phase: TaskPhase.Running, Placement: { } p } && p.Node != from));
    }

    [Fact]
    public void A_node_with_tasks_is_deleted_only_by_force()
    {
        var hall = new Hall().WithNode("n1").WithNode("n2");
        hall.Apply(A.Service("web"));
        var node = hall.Node(hall.Task("web.v1.0").Status.Placement!.Node);

        var refused = hall.Refuse(new Delete(node.Key, Force: false));
        hall.Agent(node.Name).Silent = true;
        hall.Send(new Delete(node.Key, Force: true));

        Assert.Contains("1 task holds a place on it: drain it first", refused.Errors[0].Message, StringComparison.Ordinal);
        Assert.Null(hall.Core.Find(node.Key));
        Assert.NotEqual(node.Name, hall.Task("web.v1.0").Status.Placement!.Node);
    }

    [Fact]
    public void A_leaving_agent_has_its_tasks_stopped_and_has_left_then()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Job("a"), A.Service("web"));

        hall.Send(new Leave("n1", "n1-1"));

        Assert.Equal(NodePhase.Left, hall.Node("n1").Status!.Phase);
        Assert.All(hall.Tasks, t => Assert.Equal(TaskPhase.Pending, t.Status.Phase));
        Assert.DoesNotContain(hall.Agent("n1").Orders!.Tasks, t => t.Action is not Control.Agents.DesiredAction.Stop);
    }

    [Fact]
    public void A_silence_of_the_core_itself_loses_no_node()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Job("a"));
        hall.Pass(TimeSpan.FromSeconds(2));

        hall.Sleep(TimeSpan.FromHours(3));
        hall.Pass(TimeSpan.FromSeconds(3));

        Assert.Equal(NodePhase.Ready, hall.Node("n1").Status!.Phase);
        Assert.Equal(1, hall.Task("a.worker.0").Status.Attempt);
    }

    [Fact]
    public void A_loss_that_could_not_be_committed_is_noticed_again()
    {
        var hall = new Hall().WithNode("n1");
        hall.Agent("n1").Silent = true;
        hall.Pass(TimeSpan.FromSeconds(3));

        var step = hall.Core.Step([], hall.Now + TimeSpan.FromSeconds(1.5));
        hall.Core.Undo(step);
        var undone = hall.Node("n1").Status!.Phase;
        hall.Pass(TimeSpan.FromSeconds(3));

        Assert.NotNull(step.Batch);
        Assert.Equal((NodePhase.Ready, NodePhase.Lost), (undone, hall.Node("n1").Status!.Phase));
    }

    [Fact]
    public void An_overtaken_report_is_not_acknowledged()
    {
        var hall = new Hall().WithNode("n1");
        var older = hall.Agent("n1").Report();
        var newer = hall.Agent("n1").Report();

        var taken = Assert.IsType<Reported>(hall.Send(new Report(newer)));
        var overtaken = Assert.IsType<Reported>(hall.Send(new Report(older)));

        Assert.Equal((newer.Sequence, 0), (taken.Answer.Sequence, overtaken.Answer.Sequence));
    }

    [Fact]
    public void Tasks_that_vanished_with_a_reboot_start_again()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Service("web"));

        hall.Agent("n1").Forget();
        hall.Agent("n1").Obey(hall.Core.DesiredFor("n1")!);
        hall.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal((TaskPhase.Running, 2, 0), (hall.Task("web.v1.0").Status.Phase, hall.Task("web.v1.0").Status.Attempt, hall.Task("web.v1.0").Status.Failures));
    }

    [Fact]
    public void An_agent_of_another_store_is_refused()
    {
        var hall = new Hall();

        var refused = hall.Refuse(new Register(new() { Node = "n1", Session = "s", StoreIdentity = "other", Address = "::1", Capacity = A.Capacity() }));

        Assert.Contains("belong to another control plane", refused.Errors[0].Message, StringComparison.Ordinal);
    }
}
