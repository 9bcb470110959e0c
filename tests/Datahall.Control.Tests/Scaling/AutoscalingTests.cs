using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Scaling;

public sealed class AutoscalingTests
{
    private readonly Hall hall = new Hall().WithNode("n1", 16);
    private long sequence;

    private int Wanted => hall.Tasks.Count(static task => task.Status.Phase is not TaskPhase.Stopping);

    private ScalingStatus Scaling => hall.Service("web").Status!.Scaling!;

    private void Apply(AutoscaleSpec scaling, string queue = "default", int replicas = 1)
    {
        var service = A.Service("web", replicas);
        hall.Apply(service with { Spec = service.Spec with { Autoscale = scaling, Route = new(), Queue = queue } });
    }

    private void Pass(int seconds, double inFlight, double waiting = 0, long arrived = 0)
    {
        for (var i = 0; i < seconds; i++)
        {
            hall.Pass(TimeSpan.FromSeconds(1));
            Report(inFlight, waiting, arrived);
        }
    }

    private void Report(double inFlight, double waiting, long arrived) => hall.Send(new ObserveTraffic(new()
    {
        Gateway = "g",
        Sequence = ++sequence,
        Seconds = 1,
        Services = [new() { Service = "web", Arrived = arrived, InFlight = inFlight, Waiting = waiting }],
    }));

    [Fact]
    public void The_number_follows_the_requests_in_flight_within_its_bounds_and_says_why()
    {
        Apply(new() { Min = 1, Max = 6, Concurrency = 8, Down = new() { Window = Duration.FromSeconds(30) } });

        Pass(70, inFlight: 30);

        Assert.Equal(4, Wanted);
        Assert.Contains("requests in flight against 8 a replica", Scaling.Reason, StringComparison.Ordinal);
        Assert.Contains(hall.Events, static e => e.Reason == "Scaled" && e.Message.StartsWith("from ", StringComparison.Ordinal) && e.Message.Contains("in flight against 8 a replica", StringComparison.Ordinal));
        Assert.Contains(hall.Core.Explain(new(ResourceKinds.Service, "web"))!.Details, static line => line.StartsWith("autoscaled from 1 to 6: 4 wanted", StringComparison.Ordinal));

        Pass(70, inFlight: 100);
        Assert.Equal(6, Wanted);

        Pass(150, inFlight: 0);
        Assert.Equal(1, Wanted);
    }

    [Fact]
    public void The_number_follows_the_use_of_gpus_without_a_gateway()
    {
        Apply(new() { Min = 1, Max = 6, GpuUse = 0.5, Down = new() { Window = new(0) } });
        Busy(60, 0.2);
        Assert.Equal(1, Wanted);

        Busy(120, 1);
        Assert.Equal(6, Wanted);
        Assert.Contains("GPUs", Scaling.Reason, StringComparison.Ordinal);

        Busy(120, 0.2); // 6 replicas at 0.2 are 1.2 busy ones, and so on down.
        Assert.InRange(Wanted, 1, 3);

        var before = Wanted;
        for (var i = 0; i < 60; i++)
        {
            hall.Pass(TimeSpan.FromSeconds(1)); // Nothing is told any more: the number stays.
        }

        Assert.Equal(before, Wanted);
    }

    private void Busy(int seconds, double use)
    {
        for (var i = 0; i < seconds; i++)
        {
            hall.Pass(TimeSpan.FromSeconds(1));
            hall.Send(new ObserveDevices([new("web", use), new("nobody", 1)]));
        }
    }

    [Fact]
    public void A_service_without_requests_goes_to_zero_and_the_first_request_wakes_it_in_the_step_that_tells_of_it()
    {
        Apply(new() { Min = 0, Max = 3, Concurrency = 8, Idle = Duration.FromSeconds(20), Down = new() { Window = new(0) } });
        Pass(30, inFlight: 1, arrived: 1);
        Assert.Equal(1, Wanted);

        Pass(120, inFlight: 0);
        Assert.Equal(0, Wanted);

        Report(inFlight: 0, waiting: 1, arrived: 1);
        Assert.Equal(1, Wanted);
        Assert.Equal("a request came while there was no replica", Scaling.Reason);

        Pass(10, inFlight: 1);
        Assert.Equal(1, Wanted);
    }

    [Fact]
    public void No_more_are_asked_for_than_the_queue_has_room_for()
    {
        hall.Apply(new Queue { Name = "small", Spec = new() { Limit = new() { Cpu = new(3000) } } });
        Apply(new() { Min = 1, Max = 10, Concurrency = 1 }, "small");

        Pass(90, inFlight: 9);

        Assert.Equal(3, Wanted);
        Assert.Equal(3, Scaling.Replicas);
        Assert.Contains("queue small has room for 3", Scaling.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_outlives_the_control_plane_and_stays_while_no_gateway_reports()
    {
        Apply(new() { Min = 1, Max = 6, Concurrency = 8, Down = new() { Window = new(0) } });
        Pass(70, inFlight: 30);

        hall.Restart();
        hall.Pass(TimeSpan.FromMinutes(5));

        Assert.Equal(4, Wanted);
    }

    [Fact]
    public void A_step_that_is_not_committed_leaves_no_trace()
    {
        Apply(new() { Min = 1, Max = 6, Concurrency = 8 });
        Pass(3, inFlight: 30);
        var before = hall.Core.Revision;

        var plan = hall.Core.Plan(new Apply([hall.Service("web")]), hall.Now + TimeSpan.FromSeconds(20));

        Assert.NotNull(plan);
        Assert.Equal(before, hall.Core.Revision);
        Assert.Equal(1, Wanted);
    }

    [Fact]
    public void Scaling_by_hand_is_refused_and_says_what_to_change()
    {
        Apply(new() { Min = 2, Max = 6, Concurrency = 8 });

        var refused = hall.Refuse(new Scale("web", 4));

        Assert.Contains("its number follows its load, from 2 to 6", refused.Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal(2, Wanted);
    }

    [Fact]
    public void Without_autoscale_the_number_is_that_of_the_spec_again()
    {
        Apply(new() { Min = 1, Max = 6, Concurrency = 8 });
        Pass(70, inFlight: 30);

        hall.Apply(A.Service("web", 2));

        Assert.Equal(2, Wanted);
        Assert.Null(hall.Service("web").Status!.Scaling);
    }
}
