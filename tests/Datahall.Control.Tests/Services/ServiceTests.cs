using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Services;

public sealed class ServiceTests
{
    [Fact]
    public void A_service_becomes_healthy_and_restarts_a_failed_replica_after_the_back_off()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Service("web", 2));
        var healthy = hall.Service("web").Status!.Phase;

        hall.End("web.v1.1", 137);
        var degraded = hall.Service("web").Status!.Phase;
        hall.Pass(TimeSpan.FromSeconds(2));

        Assert.Equal((ServicePhase.Healthy, ServicePhase.Degraded), (healthy, degraded));
        Assert.Equal((TaskPhase.Running, 2), (hall.Task("web.v1.1").Status.Phase, hall.Task("web.v1.1").Status.Attempt));
        Assert.Equal(ServicePhase.Healthy, hall.Service("web").Status!.Phase);
    }

    [Fact]
    public void The_back_off_doubles_with_each_failure_in_a_row()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Service("web"));

        var waits = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            hall.End("web.v1.0", 1);
            waits.Add((hall.Task("web.v1.0").Status.NotBefore!.Value - hall.Now).TotalSeconds);
            hall.Pass(TimeSpan.FromSeconds(waits[^1]));
        }

        Assert.Equal([1, 2, 4, 8], waits);
    }

    [Fact]
    public void A_rollout_replaces_one_replica_at_a_time_and_never_has_fewer_ready()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Service("web", 3));
        hall.Agent("n1").Healthy = _ => false;

        hall.Apply(A.Service("web", 3, "serve2"));
        var stalled = hall.Tasks;

        Assert.Equal(3, stalled.Count(t => t.Spec.Version == 1 && t.Status.Ready));
        Assert.Single(stalled, t => t.Spec.Version == 2);
        Assert.Equal(ServicePhase.Rolling, hall.Service("web").Status!.Phase);
    }

    [Fact]
    public void A_rollout_ends_with_only_the_new_version()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Service("web", 3));

        hall.Apply(A.Service("web", 3, "serve2"));

        Assert.Equal(["web.v2.0", "web.v2.1", "web.v2.2"], hall.Tasks.Select(t => t.Name));
        Assert.Equal((ServicePhase.Healthy, 2), (hall.Service("web").Status!.Phase, hall.Service("web").Status!.Stable!.Number));
    }

    [Fact]
    public void A_version_that_never_gets_healthy_is_rolled_back()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Service("web", 2));
        hall.Agent("n1").Healthy = t => t.Template.Run.Process!.Command[0] == "serve";

        hall.Apply(A.Service("web", 2, "broken"));
        hall.Pass(TimeSpan.FromSeconds(125));

        Assert.Equal(["web.v1.0", "web.v1.1"], hall.Tasks.Select(t => t.Name));
        var status = hall.Service("web").Status!;
        Assert.Equal((1, ServicePhase.Healthy), (status.Target.Number, status.Phase));
        Assert.Contains("version 2 did not get one replica healthy within 2m: back to version 1", status.Message, StringComparison.Ordinal);
        Assert.Contains(hall.Events, e => e.Reason == "RolledBack");
    }

    [Fact]
    public void A_fixed_version_after_a_rollback_rolls_out()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Service("web", 2));
        hall.Agent("n1").Healthy = t => t.Template.Run.Process!.Command[0] != "broken";
        hall.Apply(A.Service("web", 2, "broken"));
        hall.Pass(TimeSpan.FromSeconds(125));

        hall.Apply(A.Service("web", 2, "fixed"));

        Assert.Equal(["web.v3.0", "web.v3.1"], hall.Tasks.Select(t => t.Name));
    }

    [Fact]
    public void Scaling_after_a_rollback_does_not_try_the_rejected_version_again()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Service("web", 2));
        hall.Agent("n1").Healthy = t => t.Template.Run.Process!.Command[0] != "broken";
        hall.Apply(A.Service("web", 2, "broken"));
        hall.Pass(TimeSpan.FromSeconds(125));

        hall.Send(new Scale("web", 3));

        Assert.Equal(["web.v1.0", "web.v1.1", "web.v1.2"], hall.Tasks.Select(t => t.Name));
        Assert.Equal(ServicePhase.Healthy, hall.Service("web").Status!.Phase);
    }

    [Fact]
    public void Scale_adds_and_removes_replicas()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Service("web", 2));

        hall.Send(new Scale("web", 4));
        var up = hall.Tasks.Count;
        hall.Send(new Scale("web", 1));

        Assert.Equal(4, up);
        Assert.Equal(["web.v1.0"], hall.Tasks.Select(t => t.Name));
    }

    [Fact]
    public void A_drain_moves_replicas_one_by_one_within_the_limits()
    {
        var hall = new Hall().WithNode("n1").WithNode("n2");
        hall.Apply(A.Service("web", 3));
        var from = hall.Tasks[0].Status.Placement!.Node;
        var to = from == "n1" ? "n2" : "n1";

        hall.Send(new SetNodeMode(from, NodeMode.Draining));

        Assert.Equal(3, hall.Tasks.Count(t => t.Status is { Ready: true, Placement: { } p } && p.Node == to));
        Assert.Equal(3, hall.Tasks.Count);
        Assert.DoesNotContain(hall.Events, e => e.Reason == "Lost");
    }

    [Fact]
    public void A_deleted_service_goes_when_its_replicas_have_stopped()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Service("web", 2));

        hall.Send(new Delete(new(ResourceKinds.Service, "web"), Force: false));

        Assert.Empty(hall.Tasks);
        Assert.Null(hall.Core.Find(new(ResourceKinds.Service, "web")));
    }
}
