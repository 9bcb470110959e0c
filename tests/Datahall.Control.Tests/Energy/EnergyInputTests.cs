using Datahall.Control.Energy;
using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Energy;

public sealed class EnergyInputTests
{
    private static readonly SchedulerProfile Profile = new() { Name = SchedulerProfile.Default, Spec = new() { Scores = [new() { Policy = "energy" }] } };

    private static readonly Site Site = new()
    {
        Name = "lab",
        Spec = new() { Halls = [new() { Name = "a", Racks = [new() { Name = "r1" }, new() { Name = "r2" }, new() { Name = "r3" }] }] },
    };

    [Fact]
    public void SetEnergyPrices_sends_work_to_the_cheapest_node()
    {
        var hall = Priced(("n1", 1.9), ("n2", 1.4));

        hall.Apply(Profile, A.Job("j"));

        Assert.Equal("n2", hall.Task("j.worker.0").Status.Placement!.Node);
        Assert.Contains(hall.Core.Explain(new(ResourceKinds.Task, "j.worker.0"))!.Details, static line => line.Contains("n2 with a score of", StringComparison.Ordinal) && line.Contains("n1 with a score of", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_prices_the_first_node_wins()
    {
        var hall = new Hall().WithNode("n1").WithNode("n2");

        hall.Apply(Profile, A.Job("j"));

        Assert.Equal("n1", hall.Task("j.worker.0").Status.Placement!.Node);
    }

    [Fact]
    public void A_new_node_has_the_price_of_its_rack_or_the_mean_of_its_hall()
    {
        var hall = new Hall();
        hall.Apply(Site, At("a1", "r1"), At("a2", "r2"), At("a3", "r3"));
        hall.Send(new SetEnergyPrices(new([], [new("lab", "a", "r1", 1.8), new("lab", "a", "r2", 1.2)])));
        hall.WithNode("a1").WithNode("a2").WithNode("a3");
        hall.Apply(Profile);
        foreach (var job in (string[])["j1", "j2", "j3"])
        {
            hall.Apply(A.Job(job, needs: new() { Cpu = new(8000) }));
        }

        // Each fills a node. The first goes to the cheapest: r2, then the hall's mean of 1.5, then r1.
        Assert.Equal(["a2", "a3", "a1"], hall.Tasks.Select(static task => task.Status.Placement!.Node));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-40)]
    [InlineData(4294967295.0)]
    public void SetEnergyPrices_refuses_absurd_prices_and_keeps_the_old_ones(double price)
    {
        var hall = Priced(("n1", 1.9), ("n2", 1.4));

        var refused = hall.Refuse(new SetEnergyPrices(new([new("n1", 1), new("n2", price)], [])));

        Assert.Contains("energy price", refused.Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal(1.9, hall.Core.Snapshot(hall.Now).Start.EnergyPrices.Nodes[0].Price);
    }

    [Fact]
    public void A_snapshot_decides_with_the_same_prices()
    {
        var hall = Priced(("n1", 1.9), ("n2", 1.4));
        hall.Apply(Profile);
        var snapshot = hall.Core.Snapshot(hall.Now);
        var again = new Control.Core.ControlCore(snapshot.Options, snapshot.Start, snapshot.Now);

        again.Step([new Apply([A.Job("j")])], snapshot.Now);

        Assert.Equal("n2", ((TaskResource)again.Find(new(ResourceKinds.Task, "j.worker.0"))!).Status.Placement!.Node);
    }

    [Fact]
    public void A_step_that_is_not_committed_leaves_the_prices_as_they_were()
    {
        var hall = Priced(("n1", 1.9), ("n2", 1.4));

        hall.Core.Undo(hall.Core.Step([new SetEnergyPrices(new([new("n1", 1.1), new("n2", 1.4)], []))], hall.Now));
        hall.Apply(Profile, A.Job("j"));

        Assert.Equal("n2", hall.Task("j.worker.0").Status.Placement!.Node);
    }

    [Fact]
    public void RecordEnergy_writes_totals_once_and_to_nobody_else()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Job("j"), A.Service("s"));
        var use = new EnergyUse { Since = hall.Now, Through = hall.Now, ItKilowattHours = 2, FacilityKilowattHours = 3 };
        var created = hall.Job("j").Created!.Value;
        RecordEnergy record = new([new(new(ResourceKinds.Job, "j"), created, use), new(new(ResourceKinds.Service, "s"), created, use), new(new(ResourceKinds.Job, "gone"), created, use)]);

        hall.Send(record);
        var revision = hall.Core.Revision;
        hall.Send(record);
        hall.Send(new RecordEnergy([new(new(ResourceKinds.Job, "j"), created.AddSeconds(1), use with { ItKilowattHours = 9 })]));

        Assert.Equal((use, use), (hall.Job("j").Status!.Energy, hall.Service("s").Status!.Energy));
        Assert.Equal(revision, hall.Core.Revision);
    }

    [Fact]
    public void Energy_stays_with_a_job_that_changes_ends_and_is_loaded_again()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Job("j"));
        var use = new EnergyUse { Since = hall.Now, Through = hall.Now, ItKilowattHours = 2 };
        hall.Send(new RecordEnergy([new(new(ResourceKinds.Job, "j"), hall.Job("j").Created!.Value, use)]));

        hall.Apply(A.Job("j") with { Labels = new Dictionary<string, string> { ["team"] = "x" } });
        hall.End("j.worker.0", 0);
        hall.Restart();

        Assert.Equal((JobPhase.Succeeded, use), (hall.Job("j").Status!.Phase, hall.Job("j").Status!.Energy));
    }

    private static Hall Priced(params (string Node, double Price)[] prices)
    {
        var hall = prices.Aggregate(new Hall(), static (hall, node) => hall.WithNode(node.Node));
        hall.Send(new SetEnergyPrices(new([.. prices.Select(static node => new NodeEnergyPrice(node.Node, node.Price))], [])));
        return hall;
    }

    private static Node At(string name, string rack) => new() { Name = name, Spec = new() { Location = new() { Hall = "a", Rack = rack } } };
}
