using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Capping;

public sealed class NodeCapTests
{
    [Fact]
    public void The_lower_of_both_caps_is_ordered()
    {
        var hall = Capped("n1");

        hall.Send(new CapNode("n1", new Watts(600)));
        var hand = hall.Agent("n1").Orders!.PowerCap;
        hall.Send(new SetAutomaticCaps([new("n1", new Watts(500), "the rack is full")]));
        var lower = hall.Agent("n1").Orders!.PowerCap;
        hall.Send(new CapNode("n1", new Watts(400)));
        var both = hall.Agent("n1").Orders!.PowerCap;
        hall.Send(new SetAutomaticCaps([new("n1", null, "the rack has room")]));
        hall.Send(new CapNode("n1", null));

        Assert.Equal([new(600), new(500), new(400)], [hand!.Value, lower!.Value, both!.Value]);
        Assert.Null(hall.Agent("n1").Orders!.PowerCap);
        Assert.Equal(
            ["600W by hand", "500W: the rack is full", "400W by hand", "the rack has room", "the cap by hand is gone"],
            hall.Events.Where(static e => e.Reason is "PowerCapped" or "PowerCapReleased").Select(static e => e.Message));
    }

    [Fact]
    public void Caps_are_kept_over_a_restart_of_the_control_plane_and_of_the_agent()
    {
        var hall = Capped("n1");
        hall.Send(new CapNode("n1", new Watts(600)));
        hall.Send(new SetAutomaticCaps([new("n1", new Watts(500), "the rack is full")]));

        hall.Restart();
        hall.Send(new Register(hall.Agent("n1").Registration(A.Capacity(8)) with { Session = "n1-2", CapRange = new(new(200), new(1000)) }));

        Assert.Equal(new Watts(500), hall.Core.DesiredFor("n1")!.PowerCap);
        Assert.Equal("the rack is full", hall.Node("n1").Status!.AutomaticCap!.Why);
    }

    [Fact]
    public void What_an_agent_says_is_written_once()
    {
        var hall = Capped("n1");
        hall.Send(new CapNode("n1", new Watts(600)));
        Say(hall, new(new Watts(600), new Watts(590), null));
        var revision = hall.Core.Revision;
        var explained = hall.Core.Explain(new(ResourceKinds.Node, "n1"))!.Details;

        Say(hall, new(new Watts(600), new Watts(590), null));
        var again = hall.Core.Revision;
        Say(hall, new(new Watts(600), new Watts(590), "the power cap cannot be kept: no root"));

        Assert.Equal(revision, again);
        Assert.Contains("its power cap is 600W; in force: its devices are held at 590W together", explained);
        Assert.Equal("the power cap cannot be kept: no root", hall.Node("n1").Status!.PowerCap!.Message);
        Assert.Single(hall.Events, static e => e.Reason is "PowerCapNotKept");
        Say(hall, new(null, null, null));
        Assert.Null(hall.Node("n1").Status!.PowerCap);
    }

    [Fact]
    public void CapNode_refuses_what_cannot_be_kept()
    {
        var hall = Capped("n1").WithNode("n2");

        Assert.Contains("--allow-power-caps", hall.Refuse(new CapNode("n2", new Watts(400))).Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal("its devices cannot be held at 100W: together they take 200W to 1kW", hall.Refuse(new CapNode("n1", new Watts(100))).Errors[0].Message);
        Assert.Equal(RefusalKind.Invalid, hall.Refuse(new CapNode("n1", new Watts(0))).Kind);
        Assert.Equal(RefusalKind.NotFound, hall.Refuse(new CapNode("n9", new Watts(400))).Kind);
        Assert.IsType<Accepted>(hall.Send(new CapNode("n2", null)));
    }

    [Fact]
    public void SetAutomaticCaps_takes_all_or_none_and_passes_over_what_is_gone()
    {
        var hall = Capped("n1");

        var refused = hall.Refuse(new SetAutomaticCaps([new("n1", new Watts(400), "x"), new("n1", new Watts(4_294_967_295), "x")]));
        var none = hall.Node("n1").Status!.AutomaticCap;
        hall.Send(new SetAutomaticCaps([new("gone", new Watts(400), "x"), new("n1", new Watts(400), "x")]));

        Assert.Equal((RefusalKind.Invalid, null), (refused.Kind, none));
        Assert.Equal(new Watts(400), hall.Node("n1").Status!.AutomaticCap!.Watts);
    }

    [Fact]
    public void A_manifest_caps_a_node_without_permission_and_explain_says_that_it_is_not_in_force()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(hall.Node("n1") with { Spec = new() { PowerCap = new(400) }, Revision = 0 });

        Assert.Equal(new Watts(400), hall.Agent("n1").Orders!.PowerCap);
        Assert.Contains(hall.Core.Explain(new(ResourceKinds.Node, "n1"))!.Details, static line => line.StartsWith("its power cap is 400W; not in force: its agent has no --allow-power-caps", StringComparison.Ordinal));
    }

    private static Hall Capped(string node)
    {
        var hall = new Hall().WithNode(node);
        hall.Send(new Register(hall.Agent(node).Registration(A.Capacity(8)) with { CapRange = new(new(200), new(1000)) }));
        return hall;
    }

    private static void Say(Hall hall, PowerCapStatus status) => hall.Send(new Report(hall.Agent("n1").Report() with { PowerCap = status }));
}
