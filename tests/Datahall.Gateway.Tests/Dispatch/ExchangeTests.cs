using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Routes;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Dispatch;

public sealed class ExchangeTests
{
    [Fact]
    public void A_refused_connection_goes_elsewhere_and_takes_the_replica_out()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 3));
        var (exchange, _) = lane.Begin(method: "POST", length: 10);
        var first = exchange.Replica!;

        Assert.Equal(Step.Send, exchange.OnFailed(FailureKind.Connect, replayable: true, GatewayClock.Now));

        Assert.NotSame(first, exchange.Replica);
        Assert.False(first.IsUsable);
        Assert.Equal([(first.Name, ReplicaChange.Down)], lane.Changes);
        Assert.Equal(0, first.InFlight);
        Assert.Equal(1, exchange.Replica!.InFlight);
        Assert.Equal(1, exchange.Attempts); // What was not sent is no attempt.
    }

    [Fact]
    public void A_stale_connection_is_tried_again_at_the_same_replica_without_blame()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 2));
        var (exchange, _) = lane.Begin();
        var replica = exchange.Replica!;

        Assert.Equal(Step.Send, exchange.OnFailed(FailureKind.StaleConnection, replayable: true, GatewayClock.Now));

        Assert.Same(replica, exchange.Replica);
        Assert.Equal(1, replica.InFlight);
        Assert.Equal(0, replica.Failed);
    }

    [Fact]
    public void Attempts_end_with_502_when_none_is_left()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 5, spec: new() { Retry = new() { Attempts = 2 } }));
        var (exchange, _) = lane.Begin();

        Assert.Equal(Step.Send, exchange.OnFailed(FailureKind.Closed, replayable: true, GatewayClock.Now));
        Assert.Equal(Step.Refuse, exchange.OnFailed(FailureKind.Closed, replayable: true, GatewayClock.Now));

        Assert.Equal(502, exchange.Refusal!.Status);
        Assert.All(exchange.Route!.Replicas, static replica => Assert.Equal(0, replica.InFlight));
    }

    [Fact]
    public void What_the_lane_cannot_send_again_is_refused()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 2));
        var (exchange, _) = lane.Begin();

        Assert.Equal(Step.Refuse, exchange.OnFailed(FailureKind.Timeout, replayable: false, GatewayClock.Now));

        Assert.Equal(504, exchange.Refusal!.Status);
    }

    [Theory]
    [InlineData("POST", FailureKind.Closed, Step.Refuse)]
    [InlineData("GET", FailureKind.Closed, Step.Send)]
    [InlineData("POST", FailureKind.Connect, Step.Send)] // It never arrived.
    public void Only_idempotent_methods_are_repeated_when_the_route_says_so(string method, FailureKind kind, Step next)
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 2, spec: new() { Retry = new() { OnlyIdempotent = true } }));
        var (exchange, _) = lane.Begin(method: method);

        Assert.Equal(next, exchange.OnFailed(kind, replayable: true, GatewayClock.Now));
    }

    [Fact]
    public void A_503_is_tried_elsewhere_once_and_then_passed_on()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 2));
        var (exchange, _) = lane.Begin();
        var first = exchange.Replica;

        Assert.Equal(Step.Send, exchange.OnHead(503, replayable: true, GatewayClock.Now));
        Assert.NotSame(first, exchange.Replica);
        Assert.Equal(Step.Pass, exchange.OnHead(503, replayable: true, GatewayClock.Now)); // There is no other.
        exchange.OnEnd(GatewayClock.Now);

        Assert.Equal(1, exchange.Route!.Stats.Answered(5));
        Assert.Equal(1, exchange.Route.Stats.Retries);
    }

    [Fact]
    public void Retries_stop_when_the_budget_is_used_up()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 2, spec: new() { Retry = new() { Budget = 0, Attempts = 2 }, Ejection = new() { Failures = 1_000_000 } }));
        var retried = 0;

        for (var i = 0; i < 1000; i++)
        {
            var (exchange, _) = lane.Begin();
            if (exchange.OnFailed(FailureKind.Closed, replayable: true, GatewayClock.Now) is Step.Send)
            {
                retried++;
                exchange.OnHead(200, replayable: true, GatewayClock.Now);
                exchange.OnEnd(GatewayClock.Now);
            }
        }

        Assert.Equal(100, retried); // What the bucket holds at the start; no time passes.
    }

    [Fact]
    public void Without_a_usable_replica_a_request_waits_until_there_is_one()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 0));
        var (exchange, step) = lane.Begin();
        Assert.Equal(Step.Wait, step);

        lane.Apply(new() { Revision = 2, Routes = [FakeLane.Route("s", replicas: 1)] });

        Assert.Same(exchange, lane.Resumed.Dequeue());
        Assert.Equal(Step.Send, exchange.Resumed(GatewayClock.Now));
        Assert.Equal("s.v1.0", exchange.Replica!.Name);
    }

    [Fact]
    public void Nobody_waits_for_a_service_that_wants_no_replicas()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 0) with { Awaited = false });

        var (exchange, step) = lane.Begin();

        Assert.Equal(Step.Refuse, step);
        Assert.Equal((503, "stopped", 30), (exchange.Refusal!.Status, exchange.Refusal.Reason, exchange.Refusal.RetryAfterSeconds));
    }

    [Fact]
    public void A_wait_that_is_over_ends_with_503_when_there_is_no_replica()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 0, spec: new() { Limits = new() { Wait = new(1) } }));
        var (exchange, step) = lane.Begin();
        Assert.Equal(Step.Wait, step);

        SpinUntilPast(exchange.WaitsUntil);
        lane.Dispatcher.LookAround();

        Assert.Same(exchange, lane.Resumed.Dequeue());
        Assert.Equal(Step.Refuse, exchange.Resumed(GatewayClock.Now));
        Assert.Equal("no_replica", exchange.Refusal!.Reason);
    }

    [Fact]
    public void A_resumption_that_comes_late_is_of_no_effect()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 0));
        var (exchange, _) = lane.Begin();
        lane.Apply(new() { Revision = 2, Routes = [FakeLane.Route("s", replicas: 1)] });
        exchange.OnCancelled(GatewayClock.Now); // The client goes while the resumption is on its way.

        var facts = new RequestFacts { Method = "GET"u8, Host = [], Path = "/"u8 };
        Assert.Equal(Step.Send, exchange.Begin(facts, new FakeHeaders(), GatewayClock.Now));
        Assert.Null(exchange.Resumed(GatewayClock.Now));

        Assert.Equal(1, exchange.Replica!.InFlight);
    }

    [Fact]
    public void A_limit_of_each_replica_makes_the_rest_wait_and_lets_them_in_as_others_end()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 2, spec: new() { Limits = new() { PerReplica = 1 } }));
        var first = lane.Begin();
        var second = lane.Begin();
        var third = lane.Begin();

        Assert.Equal((Step.Send, Step.Send, Step.Wait), (first.Step, second.Step, third.Step));
        Assert.NotSame(first.Exchange.Replica, second.Exchange.Replica);
        first.Exchange.OnHead(200, replayable: true, GatewayClock.Now);
        first.Exchange.OnEnd(GatewayClock.Now);
        Assert.Same(third.Exchange, lane.Resumed.Dequeue());
        Assert.Equal(Step.Send, third.Exchange.Resumed(GatewayClock.Now));
        Assert.Same(first.Exchange.Replica, third.Exchange.Replica);
    }

    [Fact]
    public void A_client_that_goes_while_it_holds_a_granted_place_gives_it_back()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 1, spec: new() { Limits = new() { PerReplica = 1 } }));
        var first = lane.Begin().Exchange;
        var second = lane.Begin().Exchange;
        var third = lane.Begin().Exchange;
        first.OnHead(200, replayable: true, GatewayClock.Now);
        first.OnEnd(GatewayClock.Now);
        Assert.Same(second, lane.Resumed.Dequeue());

        second.OnCancelled(GatewayClock.Now);

        Assert.Same(third, lane.Resumed.Dequeue());
        Assert.Equal(Step.Send, third.Resumed(GatewayClock.Now));
    }

    [Fact]
    public void A_replica_that_hangs_is_left_and_its_requests_go_elsewhere()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 2));
        var (exchange, _) = lane.Begin();
        var hung = exchange.Replica!;

        lane.Dispatcher.OnProbe(hung, "its probe was not answered", GatewayClock.Now);

        Assert.Equal([(hung.Name, ReplicaChange.Down)], lane.Changes);
        Assert.Equal(Step.Send, exchange.OnFailed(FailureKind.ReplicaDown, replayable: true, GatewayClock.Now));
        Assert.NotSame(hung, exchange.Replica);
    }

    [Fact]
    public void Replicas_that_go_get_nothing_new_and_are_listed_while_requests_are_there()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 2));
        var (exchange, _) = lane.Begin();
        var going = exchange.Replica!;

        lane.Apply(new() { Revision = 2, Routes = [FakeLane.Route("s", replicas: 2) with { Replicas = [.. going.Route.Replicas.Where(r => r != going).Select(static r => r.Config)] }] });

        Assert.Equal([(going.Name, ReplicaChange.Gone)], lane.Changes);
        Assert.Equal([going], going.Route.Leaving);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.NotSame(going, lane.Begin().Exchange.Replica));
        Assert.Equal(Step.Pass, exchange.OnHead(200, replayable: true, GatewayClock.Now));
        exchange.OnEnd(GatewayClock.Now);
        Assert.Equal(0, going.InFlight);
    }

    [Fact]
    public void Weights_split_requests_between_versions()
    {
        var config = FakeLane.Route("s") with
        {
            Versions = [new(1, 90, Shadow: false), new(2, 10, Shadow: false)],
            Replicas = [FakeLane.Replica("s", 1, 0), FakeLane.Replica("s", 1, 1), FakeLane.Replica("s", 2, 0)],
        };
        var lane = new FakeLane(config);

        var fresh = Enumerable.Range(0, 5000).Count(_ => lane.Begin().Exchange.Replica!.Version == 2);

        Assert.InRange(fresh, 400, 600); // 500 expected, standard deviation 21; the generators are seeded.
    }

    [Fact]
    public void The_shadow_gets_copies_only()
    {
        var config = FakeLane.Route("s") with
        {
            Versions = [new(1, 100, Shadow: false), new(2, 0, Shadow: true)],
            Replicas = [FakeLane.Replica("s", 1, 0), FakeLane.Replica("s", 2, 0)],
        };
        var lane = new FakeLane(config);
        var (exchange, _) = lane.Begin();
        var copy = lane.New();

        Assert.Equal(Step.Send, copy.BeginBeside(exchange.Route!, BesideRole.Mirror, exchange, GatewayClock.Now));

        Assert.Equal((1, 2), (exchange.Replica!.Version, copy.Replica!.Version));
        Assert.Equal(1, exchange.Route!.Stats.Arrived);
        Assert.Equal(Step.Relay, lane.Begin(abilities: LaneAbilities.Plain).Step);
    }

    [Fact]
    public void A_hedge_goes_to_another_replica_and_has_a_budget()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 2, spec: new() { Hedge = new() { After = new(10), Budget = 0 } }));
        var sent = 0;
        for (var i = 0; i < 200; i++)
        {
            var (exchange, _) = lane.Begin();
            var hedge = lane.New();
            if (hedge.BeginBeside(exchange.Route!, BesideRole.Hedge, exchange, GatewayClock.Now) is Step.Send)
            {
                sent++;
                Assert.NotSame(exchange.Replica, hedge.Replica);
                hedge.OnCancelled(GatewayClock.Now);
            }

            exchange.OnHead(200, replayable: true, GatewayClock.Now);
            exchange.OnEnd(GatewayClock.Now);
        }

        Assert.Equal(100, sent);
        Assert.Equal(200, lane.Dispatcher.Routes[0].Stats.Answered(2));
    }

    [Fact]
    public void A_session_stays_at_its_replica_by_the_gateways_cookie()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 5, spec: new() { Balance = new() { Policy = BalancePolicy.SessionAffinity } }));
        var (first, _) = lane.Begin();
        Assert.NotEqual(0UL, first.SessionToSet);
        var cookies = new FakeHeaders(("cookie", $"a=b; datahall-session={first.SessionToSet:x16}; c=d"));

        for (var i = 0; i < 20; i++)
        {
            var (next, _) = lane.Begin(headers: cookies);
            Assert.Same(first.Replica, next.Replica);
            Assert.Equal(0UL, next.SessionToSet);
        }
    }

    [Fact]
    public void Equal_beginnings_of_prompts_go_to_the_same_replica()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 8, spec: new() { Balance = new() { Policy = BalancePolicy.PrefixAffinity } }));
        var system = new byte[2048].Select(static (_, i) => (byte)('a' + (i % 26))).ToArray();
        var seen = new HashSet<string>();
        for (var i = 0; i < 10; i++)
        {
            var (exchange, step) = lane.Begin(method: "POST", length: 3000);
            Assert.Equal(Step.NeedBody, step);
            Assert.Equal(Step.Send, exchange.WithBody([], [.. system, (byte)i], new FakeHeaders(), GatewayClock.Now));
            seen.Add(exchange.Replica!.Name);
            exchange.OnHead(200, replayable: true, GatewayClock.Now);
            exchange.OnEnd(GatewayClock.Now);
        }

        Assert.Single(seen);
    }

    [Fact]
    public void A_declared_body_above_the_limit_is_refused()
    {
        var lane = new FakeLane(FakeLane.Route("s", spec: new() { Limits = new() { Body = new(100) } }));

        Assert.Equal(413, lane.Begin(method: "POST", length: 101).Exchange.Refusal!.Status);
        Assert.Equal(Step.Send, lane.Begin(method: "POST", length: 100).Step);
    }

    private static void SpinUntilPast(long time)
    {
        while (GatewayClock.Now <= time)
        {
            Thread.Yield();
        }
    }
}
