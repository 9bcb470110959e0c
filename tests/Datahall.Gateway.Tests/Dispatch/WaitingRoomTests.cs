using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Routes;

namespace Datahall.Gateway.Tests.Dispatch;

public sealed class WaitingRoomTests
{
    private const string KeyOfA = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"; // SHA-256 of "a", of "b" and so on.
    private const string KeyOfB = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d";
    private const string KeyOfC = "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6";

    [Fact]
    public void Tenants_of_one_priority_take_turns_by_weight()
    {
        var lane = Lane(queue: 1000, ("a", KeyOfA, 0, 1), ("b", KeyOfB, 0, 3));
        var running = lane.Begin().Exchange;
        for (var i = 0; i < 40; i++)
        {
            Ask(lane, "a");
        }

        for (var i = 0; i < 40; i++)
        {
            Ask(lane, "b");
        }

        var turns = Serve(lane, running, 40);

        Assert.Equal(10, turns.Count(static tenant => tenant == "a"));
        Assert.Equal(30, turns.Count(static tenant => tenant == "b"));
    }

    [Fact]
    public void Who_came_late_is_not_put_behind_a_long_line_of_another()
    {
        var lane = Lane(queue: 1000, ("a", KeyOfA, 0, 1), ("b", KeyOfB, 0, 1));
        var running = lane.Begin().Exchange;
        for (var i = 0; i < 100; i++)
        {
            Ask(lane, "a");
        }

        Ask(lane, "b");

        Assert.Contains("b", Serve(lane, running, 2));
    }

    [Fact]
    public void Higher_priorities_are_served_first()
    {
        var lane = Lane(queue: 1000, ("a", KeyOfA, 0, 1000), ("b", KeyOfB, 5, 0.001));
        var running = lane.Begin().Exchange;
        for (var i = 0; i < 5; i++)
        {
            Ask(lane, "a");
            Ask(lane, "b");
        }

        Assert.Equal(["b", "b", "b", "b", "b", "a"], Serve(lane, running, 6));
    }

    [Fact]
    public void A_full_room_sheds_the_least_important()
    {
        var lane = Lane(queue: 2, ("a", KeyOfA, 0, 1), ("b", KeyOfB, 0, 1), ("c", KeyOfC, 9, 1));
        _ = lane.Begin();
        var first = Ask(lane, "a");
        var second = Ask(lane, "a");

        var third = Ask(lane, "a");
        Assert.Equal((429, "queue_full"), (third.Exchange.Refusal!.Status, third.Exchange.Refusal.Reason));

        Assert.Equal(Step.Wait, Ask(lane, "c").Step); // More important: the last of the others goes.
        Assert.Same(second.Exchange, lane.Resumed.Dequeue());
        Assert.Equal(Step.Refuse, second.Exchange.Resumed(GatewayClock.Now));
        Assert.Equal("queue_full", second.Exchange.Refusal!.Reason);

        Assert.Equal(Step.Refuse, Ask(lane, "b").Step); // As important as a, whose line is not longer than b's would be.
        Assert.Empty(lane.Resumed);
        Assert.Equal(Step.Wait, first.Step);
    }

    private static FakeLane Lane(int queue, params (string Name, string Hash, int Priority, double Weight)[] tenants) => new(new GatewayConfig
    {
        Revision = 1,
        Routes = [FakeLane.Route("s", spec: new() { Limits = new() { PerReplica = 1, Queue = queue } })],
        Tenants = [.. tenants.Select(static tenant => new TenantConfig(tenant.Name, new() { Keys = [new() { Name = "k", Sha256 = tenant.Hash }], Priority = tenant.Priority, Weight = tenant.Weight }))],
    });

    private static (Exchange Exchange, Step Step) Ask(FakeLane lane, string key) => lane.Begin(headers: new(("authorization", $"Bearer {key}")));

    // Ends what runs, so that the next is let in, and so on.
    private static List<string> Serve(FakeLane lane, Exchange running, int count)
    {
        List<string> turns = [];
        while (turns.Count < count)
        {
            running.OnHead(200, replayable: true, GatewayClock.Now);
            running.OnEnd(GatewayClock.Now);
            running = lane.Resumed.Dequeue();
            Assert.Equal(Step.Send, running.Resumed(GatewayClock.Now));
            turns.Add(running.Tenant.Name);
        }

        return turns;
    }
}
