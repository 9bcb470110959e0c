using Datahall.Control.Agents;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Model.Traffic;

namespace Datahall.Control.Tests.Traffic;

public sealed class DrainingTests
{
    [Fact]
    public void A_replica_is_told_to_stop_when_no_gateway_has_a_request_there()
    {
        var hall = WithReplicas();
        Report(hall, "g1", 1);
        Report(hall, "g2", 1);

        hall.Send(new Scale("web", 1));
        var going = hall.Tasks.Single(static task => task.Status.Phase is TaskPhase.Stopping);
        Assert.True(hall.HasTask(going.Name) && StopOrder(hall, going) is null);

        Report(hall, "g1", 2, known: hall.Core.Revision);
        Report(hall, "g2", 2, known: going.Status.Drain!.Revision - 1); // It may still send something.
        Assert.True(hall.HasTask(going.Name) && StopOrder(hall, going) is null);
        Report(hall, "g2", 3, known: hall.Core.Revision, (going, 1));
        Assert.True(hall.HasTask(going.Name) && StopOrder(hall, going) is null);
        Report(hall, "g2", 4, known: hall.Core.Revision);

        Assert.False(hall.HasTask(going.Name));
    }

    [Fact]
    public void A_request_that_does_not_end_holds_a_replica_for_the_drain_time_only()
    {
        var hall = WithReplicas();
        Report(hall, "g1", 1);
        hall.Send(new Scale("web", 1));
        var going = hall.Tasks.Single(static task => task.Status.Phase is TaskPhase.Stopping);

        for (var i = 2; i < 30; i++)
        {
            hall.Pass(TimeSpan.FromSeconds(1));
            Report(hall, "g1", i, known: hall.Core.Revision, (going, 1));
        }

        Assert.True(hall.HasTask(going.Name) && StopOrder(hall, going) is null);
        hall.Pass(TimeSpan.FromSeconds(5));
        Assert.False(hall.HasTask(going.Name));
    }

    [Fact]
    public void When_the_gateways_fall_silent_nothing_is_waited_for_any_more()
    {
        var hall = WithReplicas();
        hall.Pass(TimeSpan.FromSeconds(10));
        Report(hall, "g1", 1);
        hall.Send(new Scale("web", 1));
        var going = hall.Tasks.Single(static task => task.Status.Phase is TaskPhase.Stopping);

        hall.Pass(TimeSpan.FromSeconds(7));

        Assert.False(hall.HasTask(going.Name));
    }

    [Fact]
    public void Without_gateways_nothing_is_waited_for()
    {
        var hall = WithReplicas();

        hall.Send(new Scale("web", 1));

        Assert.Single(hall.Tasks);
    }

    private static Hall WithReplicas()
    {
        var hall = new Hall().WithNode("n1");
        var service = A.Service("web", 2);
        hall.Apply(service with { Spec = service.Spec with { Route = new() } });
        return hall;
    }

    private static DesiredTask? StopOrder(Hall hall, TaskResource task) => hall.Core.DesiredFor("n1")!.Tasks.SingleOrDefault(order => order.Task == task.Name && order.Action is DesiredAction.Stop);

    private static void Report(Hall hall, string gateway, long sequence, long known = 0, params (TaskResource Task, int InFlight)[] replicas) => hall.Send(new ObserveTraffic(new()
    {
        Gateway = gateway,
        Sequence = sequence,
        Seconds = 1,
        Revision = known,
        Services = [new() { Service = "web", Replicas = [.. replicas.Select(static replica => new ReplicaTraffic { Task = replica.Task.Name, Attempt = replica.Task.Status.Attempt, InFlight = replica.InFlight })] }],
    }));
}
