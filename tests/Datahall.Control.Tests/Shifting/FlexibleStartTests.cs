using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Shifting;

public sealed class FlexibleStartTests
{
    private static readonly Duration hour = Duration.FromSeconds(3600);

    [Fact]
    public void A_flexible_gang_starts_when_its_energy_is_the_cheapest()
    {
        var hall = Dear(until: 2).WithNode("n1");

        hall.Apply(Flexible("night", hours: 1, within: 8, tasks: 2));
        var held = hall.Tasks;
        var explained = hall.Core.Explain(held[0].Key)!.Summary;
        hall.Pass(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(2));
        var before = hall.Tasks[0].Status.Phase;
        hall.Pass(TimeSpan.FromSeconds(3));

        Assert.All(held, t => Assert.Equal((TaskPhase.Pending, "Flexible"), (t.Status.Phase, t.Status.Reason)));
        Assert.Equal("waits until 02:00 (UTC) for cheaper energy: that of its 1h then costs 67 % less than now", held[0].Status.Message);
        Assert.Contains(held[0].Status.Message!, explained, StringComparison.Ordinal);
        Assert.Equal(TaskPhase.Pending, before);
        Assert.All(hall.Tasks, t => Assert.Equal(TaskPhase.Running, t.Status.Phase));
    }

    [Theory]
    [InlineData(8, null, 2)] // Cheap from 02:00 on.
    [InlineData(1, null, 0)] // Until 01:00 nothing is cheaper than now.
    [InlineData(8, 2.0, 0)] // It must start by 01:00 to end in time.
    [InlineData(8, 2.5, 1.5)] // Half of its hour is cheap.
    public void Slack_and_deadline_bound_the_wait(int within, double? deadline, double expected)
    {
        var hall = Dear(until: 2).WithNode("n1");
        var job = Flexible("j", hours: 1, within);

        hall.Apply(job with { Spec = job.Spec with { Deadline = deadline is { } d ? Duration.FromSeconds(d * 3600) : null } });

        Assert.Equal(expected == 0 ? null : hall.Now + TimeSpan.FromHours(expected), hall.Tasks[0].Status.NotBefore);
        Assert.Equal(expected == 0 ? TaskPhase.Running : TaskPhase.Pending, hall.Tasks[0].Status.Phase);
    }

    [Fact]
    public void Without_prices_or_with_flat_ones_it_starts_at_once_and_the_submitter_is_told()
    {
        var (none, flat) = (new Hall().WithNode("n1"), new Hall().WithNode("n1"));
        flat.Apply(Site(new() { Price = 0.2 }));

        var told = none.Apply(Flexible("j", 1, 8));
        flat.Apply(Flexible("j", 1, 8));

        Assert.Contains("no one Site", told.Remarks[0].Message, StringComparison.Ordinal);
        Assert.Equal((TaskPhase.Running, TaskPhase.Running), (none.Tasks[0].Status.Phase, flat.Tasks[0].Status.Phase));
    }

    [Fact]
    public void A_hold_is_decided_anew_when_the_tariff_or_the_slack_changes()
    {
        var hall = Dear(until: 2).WithNode("n1");
        hall.Apply(Flexible("tariff", 1, 8), Flexible("slack", 1, 8));

        hall.Apply(Flexible("slack", 1, 8) with { Spec = Flexible("slack", 1, 8).Spec with { Flexible = null } });
        var slack = hall.Task("slack.worker.0").Status.Phase;
        hall.Apply(Site(new() { Price = 0.1, Periods = [new() { From = 3, To = 4, Price = 0.05 }] }));

        Assert.Equal(TaskPhase.Running, slack);
        Assert.StartsWith("waits until 03:00", hall.Task("tariff.worker.0").Status.Message, StringComparison.Ordinal);
        hall.Send(new Delete(new(ResourceKinds.Site, "home"), false));
        Assert.Equal(TaskPhase.Running, hall.Task("tariff.worker.0").Status.Phase);
    }

    [Fact]
    public void A_hold_that_has_ended_is_not_made_again_when_the_hall_is_full()
    {
        var hall = Dear(until: 2).WithNode("n1", cpus: 1);
        hall.Apply(Flexible("late", 1, 24));

        hall.Pass(TimeSpan.FromHours(1));
        hall.Apply(A.Job("first"));
        hall.Pass(TimeSpan.FromHours(7)); // It is dear again from 08:00 on.
        hall.End("first.worker.0", 0);

        Assert.Equal(TaskPhase.Running, hall.Task("late.worker.0").Status.Phase);
    }

    [Fact]
    public void An_interruptible_job_is_stopped_while_energy_is_dear_and_goes_on_from_its_checkpoint()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(Site(new() { Price = 0.1, Periods = [new() { From = 1, To = 5, Price = 0.5 }] }));

        hall.Apply(Interruptible("train", hours: 3, within: 4)); // Until 07:00: three cheap hours, and a minute more for what is done twice.
        hall.Pass(TimeSpan.FromMinutes(60));
        var first = hall.Task("train.worker.0").Status;
        hall.Pass(TimeSpan.FromMinutes(2));
        var paused = hall.Task("train.worker.0").Status;
        hall.Restart();
        hall.WithNode("n1");
        hall.Pass(TimeSpan.FromHours(4));
        var again = hall.Task("train.worker.0").Status;
        hall.Pass(TimeSpan.FromHours(2));

        Assert.Equal(TaskPhase.Running, first.Phase);
        Assert.Equal((TaskPhase.Pending, "Flexible"), (paused.Phase, paused.Reason));
        Assert.StartsWith("waits until 05:00 (UTC) for cheaper energy", paused.Message, StringComparison.Ordinal);
        Assert.Equal((TaskPhase.Running, 2), (again.Phase, again.Attempt));
        Assert.Equal(TaskPhase.Running, hall.Task("train.worker.0").Status.Phase); // It is late: nothing stops it again.
    }

    [Fact]
    public void An_interruptible_job_is_never_stopped_so_that_it_misses_its_deadline()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(Site(new() { Price = 0.1, Periods = [new() { From = 1, To = 5, Price = 0.5 }] }));
        var job = Interruptible("train", hours: 2, within: 8);

        hall.Apply(job with { Spec = job.Spec with { Deadline = Duration.FromSeconds(3 * 3600) } });
        hall.Pass(TimeSpan.FromMinutes(110));

        Assert.Equal((TaskPhase.Running, 1), (hall.Tasks[0].Status.Phase, hall.Tasks[0].Status.Attempt));
    }

    private static Hall Dear(int until)
    {
        var hall = new Hall();
        hall.Apply(Site(new() { Price = 0.3, Periods = [new() { From = until, To = 8, Price = 0.1 }] }));
        return hall;
    }

    private static Site Site(Tariff tariff) => new() { Name = "home", Spec = new() { Tariff = tariff } };

    private static Job Flexible(string name, int hours, int within, int tasks = 1)
    {
        var job = A.Job(name, tasks);
        return job with { Spec = job.Spec with { Duration = new(hours * hour.Milliseconds), Flexible = new() { Within = new(within * hour.Milliseconds) } } };
    }

    private static Job Interruptible(string name, int hours, int within)
    {
        var job = Flexible(name, hours, within);
        return job with
        {
            Spec = job.Spec with
            {
                Checkpoint = new() { Path = "ckpt", Interval = Duration.FromSeconds(60) },
                Flexible = job.Spec.Flexible! with { Interruptible = true },
            },
        };
    }
}
