using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Sleeping;

public sealed class SleepPolicyTests
{
    [Fact]
    public void Nodes_that_nothing_needs_sleep_but_for_the_spare_ones_and_not_all_at_once()
    {
        var hall = Sleepers(5, new() { Idle = Duration.FromSeconds(60), Spare = 1, AtOnce = 2 });
        hall.Apply(A.Job("j"));

        hall.Pass(TimeSpan.FromSeconds(50));
        var early = Ordered(hall);
        hall.Pass(TimeSpan.FromSeconds(25));
        var first = Ordered(hall);
        first.ForEach(n => hall.FallAsleep(n));
        hall.Pass(TimeSpan.FromSeconds(15));

        Assert.Empty(early);
        Assert.Equal(["n3", "n4"], first);
        Assert.Equal(["n2"], Ordered(hall)); // One is busy, one is spare.
        hall.FallAsleep("n2");
        hall.Pass(TimeSpan.FromMinutes(5));
        Assert.Empty(Ordered(hall));
    }

    [Fact]
    public void Without_a_time_a_node_sleeps_after_the_break_even_time_of_its_type()
    {
        // cpu-2s: 190 W on its boards idle, 12 W asleep; 30 s down, 260 s up at 600 W. With fans and supply about 210 W idle: 290 + (5,700 + 156,000 − 210 · 290) / 198 = 799 s; to the watt 791.
        var hall = Sleepers(2, new() { Spare = 0, AtOnce = 2 });
        hall.Apply(new Node { Name = "n0", Labels = new Dictionary<string, string> { ["datahall.io/server-type"] = "cpu-2s" } });

        hall.Pass(TimeSpan.FromSeconds(770));
        var early = Ordered(hall);
        hall.Pass(TimeSpan.FromSeconds(35));
        var known = Ordered(hall);
        hall.FallAsleep("n0");
        hall.Pass(TimeSpan.FromSeconds(85));
        var between = Ordered(hall);
        hall.Pass(TimeSpan.FromSeconds(20));

        Assert.Empty(early);
        Assert.Equal(["n0"], known);
        Assert.Empty(between);
        Assert.Equal(["n1"], Ordered(hall)); // Of this one nobody says how it sleeps: 15 minutes.
    }

    [Fact]
    public void Work_that_waits_wakes_the_nodes_it_fits_on_and_explain_says_which()
    {
        var hall = Sleepers(3, new() { Idle = Duration.FromSeconds(10), Spare = 0, AtOnce = 3 });
        AllAsleep(hall);

        hall.Apply(A.Job("pair", 2, needs: new() { Cpu = new(6000) }));
        hall.Pass(TimeSpan.FromSeconds(6));
        var waking = Powers(hall);
        var explained = hall.Core.Explain(new(ResourceKinds.Job, "pair"))!.Details;
        hall.WithSleeper("n0").WithSleeper("n1");

        Assert.Equal([PowerState.Waking, PowerState.Waking, PowerState.Asleep], waking);
        Assert.Contains("waits for nodes n0, n1 to wake", explained);
        Assert.All(hall.Tasks, t => Assert.Equal(TaskPhase.Running, t.Status.Phase));
    }

    [Fact]
    public void Work_that_would_not_fit_anyway_and_work_that_is_held_back_wake_nothing()
    {
        var hall = Sleepers(2, new() { Idle = Duration.FromSeconds(10), Spare = 0, AtOnce = 3 });
        hall.Apply(new Site { Name = "home", Spec = new() { Tariff = new() { Price = 0.3, Periods = [new() { From = 2, To = 8, Price = 0.1 }] } } });
        AllAsleep(hall);
        var later = A.Job("later");

        hall.Apply(A.Job("big", needs: new() { Cpu = new(9000) }), later with { Spec = later.Spec with { Flexible = new() { Within = Duration.FromSeconds(7200) } } });
        hall.Pass(TimeSpan.FromSeconds(30));

        Assert.All(Powers(hall), p => Assert.Equal(PowerState.Asleep, p));
    }

    [Fact]
    public void A_node_that_an_operator_put_to_sleep_is_not_woken_by_work()
    {
        var hall = Sleepers(1, new() { Spare = 0 });
        hall.Send(new SetNodePower("n0", PowerMode.Asleep, Drain: false));
        hall.FallAsleep("n0");
        hall.Pass(TimeSpan.FromSeconds(5));

        hall.Apply(A.Job("j"));
        hall.Pass(TimeSpan.FromSeconds(30));

        Assert.Equal(PowerState.Asleep, hall.Node("n0").Status!.Power);
    }

    [Fact]
    public void Without_the_policy_what_sleeps_by_itself_is_woken()
    {
        var hall = Sleepers(1, new() { Idle = Duration.FromSeconds(10), Spare = 0 });
        AllAsleep(hall);

        hall.Apply(new SchedulerProfile { Name = SchedulerProfile.Default });
        hall.Apply(hall.Node("n0") with { Spec = new() { Power = PowerMode.Awake }, Revision = 0 });

        Assert.Equal(PowerState.Waking, hall.Node("n0").Status!.Power);
    }

    [Fact]
    public void As_many_as_were_busy_yesterday_at_this_hour_stay_awake()
    {
        var hall = Sleepers(3, new() { Idle = Duration.FromSeconds(60), Spare = 0, AtOnce = 3 });
        hall.Apply(A.Job("day", 2, needs: new() { Cpu = new(6000) }));
        hall.Pass(TimeSpan.FromSeconds(10));
        hall.End("day.worker.0", 0);
        hall.End("day.worker.1", 0);
        hall.Send(new SetNodePower("n0", PowerMode.Awake, Drain: false)); // Two stay awake through the night.
        hall.Send(new SetNodePower("n1", PowerMode.Awake, Drain: false));
        hall.Pass(TimeSpan.FromSeconds(70));
        hall.FallAsleep("n2");
        hall.Pass(TimeSpan.FromHours(23.5));
        hall.Send(new SetNodePower("n0", PowerMode.Auto, Drain: false));
        hall.Send(new SetNodePower("n1", PowerMode.Auto, Drain: false));
        hall.Pass(TimeSpan.FromMinutes(20)); // Until ten to midnight: from then on two were busy.
        var kept = Ordered(hall);
        hall.Pass(TimeSpan.FromMinutes(75));

        Assert.Empty(kept);
        Assert.Contains(hall.Events, e => e is { Reason: "SleepOrdered", About.Name: "n1" });
    }

    private static Hall Sleepers(int count, SleepSpec policy)
    {
        var hall = new Hall();
        hall.Apply(new SchedulerProfile { Name = SchedulerProfile.Default, Spec = new() { Sleep = policy } });
        for (var i = 0; i < count; i++)
        {
            hall.WithSleeper($"n{i}");
        }

        return hall;
    }

    private static void AllAsleep(Hall hall)
    {
        hall.Pass(TimeSpan.FromSeconds(20));
        Ordered(hall).ForEach(n => hall.FallAsleep(n));
        hall.Pass(TimeSpan.FromSeconds(5));
        Assert.All(Powers(hall), p => Assert.Equal(PowerState.Asleep, p));
    }

    private static List<string> Ordered(Hall hall) =>
        [.. hall.Core.Resources.OfType<Node>().Where(n => n.Status is { Power: PowerState.FallingAsleep, Phase: NodePhase.Ready }).Select(n => n.Name).Order(StringComparer.Ordinal)];

    private static List<PowerState> Powers(Hall hall) =>
        [.. hall.Core.Resources.OfType<Node>().OrderBy(n => n.Name, StringComparer.Ordinal).Select(n => n.Status!.Power)];
}
