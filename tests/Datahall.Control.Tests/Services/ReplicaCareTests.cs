using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Model.Traffic;

namespace Datahall.Control.Tests.Services;

public sealed class ReplicaCareTests
{
    private long sequence;

    [Fact]
    public void A_replica_that_gateways_leave_out_too_long_is_replaced_and_an_event_says_why()
    {
        var hall = WithReplicas(3);
        Report(hall, Out("web.v1.1", 59));
        var before = hall.Tasks.Count(t => t.Name == "web.v1.1");

        Report(hall, Out("web.v1.1", 61));

        Assert.Equal(1, before);
        Assert.Equal(["web.v1.0", "web.v1.2", "web.v1.3"], hall.Tasks.Select(t => t.Name));
        var told = Assert.Single(hall.Events, e => e.Reason == "ReplicaReplaced");
        Assert.Equal("web.v1.1: gateways have sent it no requests for 1m1s (no answer to probes), though its health check passes: another takes its place", told.Message);
    }

    [Fact]
    public void Replacements_come_one_at_a_time_with_a_back_off_that_doubles()
    {
        var hall = WithReplicas(4);
        var times = new List<double>();
        var start = hall.Now;

        for (var second = 0; second < 600 && times.Count < 3; second++)
        {
            var count = hall.Events.Count(e => e.Reason == "ReplicaReplaced");
            Report(hall, [.. hall.Tasks.Take(2).Select(t => Out(t.Name, 100)[0])]);
            if (hall.Events.Count(e => e.Reason == "ReplicaReplaced") > count)
            {
                times.Add((hall.Now - start).TotalSeconds);
            }

            hall.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 60, 180], times);
    }

    [Fact]
    public void While_another_replica_is_on_its_way_none_is_replaced()
    {
        var hall = WithReplicas(3);
        hall.Agent("n1").Healthy = _ => false;
        hall.End("web.v1.2", 1);
        hall.Pass(TimeSpan.FromSeconds(3));

        Report(hall, Out("web.v1.1", 300));

        Assert.True(hall.HasTask("web.v1.1"));
    }

    [Fact]
    public void A_replica_that_fails_far_more_often_than_its_siblings_is_replaced()
    {
        var hall = WithReplicas(3);

        Report(hall, [Answers("web.v1.0", 99, 1), Answers("web.v1.1", 60, 40), Answers("web.v1.2", 98, 2)]);

        Assert.False(hall.HasTask("web.v1.1"));
        Assert.Contains(hall.Events, e => e.Reason == "ReplicaReplaced" && e.Message.Contains("40 % of its answers failed in the last minute, 1.5 % of its siblings'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(60, 40, 50, 50, 70, 30)] // All are bad: the version, or what it depends on.
    [InlineData(95, 5, 100, 0, 100, 0)] // Not far enough from health to matter.
    [InlineData(2, 8, 100, 0, 100, 0)] // Too few answers to tell.
    [InlineData(60, 40, 1, 0, 1, 0)] // Nobody to compare it with.
    public void Failures_that_do_not_single_a_replica_out_replace_none(int good0, int bad0, int good1, int bad1, int good2, int bad2)
    {
        var hall = WithReplicas(3);

        Report(hall, [Answers("web.v1.0", good0, bad0), Answers("web.v1.1", good1, bad1), Answers("web.v1.2", good2, bad2)]);

        Assert.Equal(["web.v1.0", "web.v1.1", "web.v1.2"], hall.Tasks.Select(t => t.Name));
    }

    [Fact]
    public void When_all_replicas_are_out_none_is_replaced_but_a_lone_one_is()
    {
        var hall = WithReplicas(2);
        Report(hall, [.. Out("web.v1.0", 300), .. Out("web.v1.1", 300)]);
        var all = hall.Tasks.Select(t => t.Name).ToList();
        hall.Send(new Scale("web", 1));

        Report(hall, Out("web.v1.0", 300));

        Assert.Equal(["web.v1.0", "web.v1.1"], all);
        Assert.Equal(["web.v1.1"], hall.Tasks.Select(t => t.Name));
    }

    [Fact]
    public void What_most_gateways_can_reach_is_not_replaced()
    {
        var hall = WithReplicas(3);

        Report(hall, Out("web.v1.1", 0), "g1");
        Report(hall, Out("web.v1.1", 300), "g2");

        Assert.True(hall.HasTask("web.v1.1"));
    }

    [Fact]
    public void A_service_that_says_never_keeps_its_replicas_and_so_does_one_without_a_route()
    {
        var hall = WithReplicas(2, new() { Ejection = new() { ReplaceAfter = default } });
        Report(hall, Out("web.v1.1", 300));
        hall.Apply(A.Service("web", 2));
        Report(hall, Out("web.v1.1", 300));

        Assert.True(hall.HasTask("web.v1.1"));
    }

    [Fact]
    public void An_earlier_life_of_a_replica_does_not_count()
    {
        var hall = WithReplicas(3);
        hall.End("web.v1.1", 1);
        hall.Pass(TimeSpan.FromSeconds(3));

        Report(hall, Out("web.v1.1", 300)); // Of attempt 1; it is in its second.

        Assert.Equal(2, hall.Task("web.v1.1").Status.Attempt);
        Assert.DoesNotContain(hall.Events, e => e.Reason == "ReplicaReplaced");
    }

    private static Hall WithReplicas(int replicas, RouteSpec? route = null)
    {
        var hall = new Hall().WithNode("n1");
        var service = A.Service("web", replicas);
        hall.Apply(service with { Spec = service.Spec with { Route = (route ?? new()) with { Timeouts = new() { Drain = default } } } });
        return hall;
    }

    private void Report(Hall hall, IReadOnlyList<ReplicaTraffic> replicas, string gateway = "g") => hall.Send(new ObserveTraffic(new()
    {
        Gateway = gateway,
        Sequence = ++sequence,
        Seconds = 1,
        Services = [new() { Service = "web", Replicas = replicas }],
    }));

    private static ReplicaTraffic[] Out(string task, double seconds) => [new() { Task = task, Attempt = 1, OutSeconds = seconds, Why = seconds > 0 ? "no answer to probes" : null }];

    private static ReplicaTraffic Answers(string task, long good, long bad) => new() { Task = task, Attempt = 1, Succeeded = good, Failed = bad };
}
