using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Tests.Dispatch;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Health;

public sealed class ReplicaHealthTests
{
    private const long Second = 1_000_000_000;

    private static readonly RouteSpec spec = new()
    {
        Ejection = new() { Failures = 3, Base = Duration.FromSeconds(1), Longest = Duration.FromSeconds(8), Share = 0.5, Panic = 0.3 },
    };

    [Fact]
    public void Failures_in_a_row_eject_and_each_ejection_is_twice_as_long()
    {
        var route = new FakeLane(FakeLane.Route("s", replicas: 2, spec)).Dispatcher.Routes[0];
        var replica = route.Replicas[0];
        var now = 100 * Second;
        foreach (var seconds in new[] { 1, 2, 4, 8, 8 })
        {
            Fail(replica, 3, now);
            Assert.False(replica.IsUsable);
            route.LookAround(now + (seconds * Second) - 1);
            Assert.False(replica.IsUsable);
            now += seconds * Second;
            route.LookAround(now);
            Assert.True(replica.IsUsable);
        }

        now += 9 * Second; // It was well for longer than the longest ejection.
        Fail(replica, 3, now);
        route.LookAround(now + Second);
        Assert.True(replica.IsUsable);
    }

    [Fact]
    public void A_success_between_failures_counts_from_the_beginning()
    {
        var replica = new FakeLane(FakeLane.Route("s", replicas: 2, spec)).Dispatcher.Routes[0].Replicas[0];

        for (var i = 0; i < 10; i++)
        {
            Fail(replica, 2, Second);
            replica.Health.OnSuccess();
        }

        Assert.True(replica.IsUsable);
    }

    [Fact]
    public void Not_more_than_the_share_is_ejected_for_its_answers()
    {
        var route = new FakeLane(FakeLane.Route("s", replicas: 6, spec)).Dispatcher.Routes[0];

        foreach (var replica in route.Replicas)
        {
            Fail(replica, 10, Second);
        }

        Assert.Equal(3, route.Replicas.Count(static replica => replica.IsUsable));
    }

    [Fact]
    public void The_only_replica_is_never_ejected()
    {
        var replica = new FakeLane(FakeLane.Route("s", replicas: 1, spec)).Dispatcher.Routes[0].Replicas[0];

        Fail(replica, 100, Second);

        Assert.True(replica.IsUsable);
    }

    [Fact]
    public void One_that_does_not_answer_comes_back_with_an_answered_probe_and_not_with_time()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 2, spec));
        var replica = lane.Dispatcher.Routes[0].Replicas[0];
        lane.Dispatcher.OnProbe(replica, "it does not take connections", Second);
        Assert.False(replica.IsUsable);

        replica.Route.LookAround(1000 * Second);
        Assert.False(replica.IsUsable);
        Assert.Equal("it does not take connections", replica.Health.Why);
        Assert.Equal(9, replica.Health.OutSeconds(10 * Second), precision: 3);

        lane.Dispatcher.OnProbe(replica, null, 1001 * Second);
        Assert.True(replica.IsUsable);
        Assert.Null(replica.Health.Why);
    }

    [Fact]
    public void Without_probes_a_refused_connection_is_tried_again_after_a_while()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 2, spec with { Probe = new() { Interval = default } }));
        var replica = lane.Dispatcher.Routes[0].Replicas[0];
        lane.Dispatcher.MarkDown(replica, "it does not take connections", Second);

        replica.Route.LookAround(Second + (Second / 2));
        Assert.False(replica.IsUsable);
        replica.Route.LookAround(2 * Second);
        Assert.True(replica.IsUsable);
    }

    [Fact]
    public void With_too_few_left_ejections_for_answers_are_ignored()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 6, spec));
        var route = lane.Dispatcher.Routes[0];
        for (var i = 0; i < 3; i++)
        {
            Fail(route.Replicas[i], 3, Second);
        }

        for (var i = 3; i < 5; i++)
        {
            lane.Dispatcher.MarkDown(route.Replicas[i], "it does not take connections", Second);
        }

        route.LookAround(Second + 1);

        Assert.True(route.IsPanicking); // 1 of 6 is below 0.3.
        Assert.Equal([true, true, true, false, false, true], route.Replicas.Select(static replica => replica.IsUsable));
    }

    private static void Fail(Replica replica, int times, long now)
    {
        for (var i = 0; i < times; i++)
        {
            replica.Health.OnFailure("it answered 500", suspect: false, now);
        }
    }
}
