using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Placing;

public sealed class OrderTests
{
    [Theory]
    [InlineData(null, "long")] // First come, first served.
    [InlineData("fifo", "long")]
    [InlineData("sjf", "short")] // 60 s before 300 s and 600 s.
    [InlineData("srtf", "short")]
    [InlineData("srsf", "narrow")] // 300 s × 1 GPU before 60 s × 8 GPUs and 600 s × 8 GPUs.
    public void The_next_of_a_queue_is_chosen_by_the_profiles_order(string? order, string first)
    {
        var hall = HallOf(order);
        hall.Apply(A.GpuJob("blocker", 8, seconds: 100));
        hall.Apply(A.GpuJob("long", 8, seconds: 600));
        hall.Apply(A.GpuJob("short", 8, seconds: 60));
        hall.Apply(A.GpuJob("narrow", 1, seconds: 300));

        hall.End("blocker.worker.0", 0);

        Assert.Equal(TaskPhase.Running, hall.Task($"{first}.worker.0").Status.Phase);
        Assert.Equal(TaskPhase.Pending, hall.Task(first == "long" ? "short.worker.0" : "long.worker.0").Status.Phase);
    }

    [Fact]
    public void Priority_goes_before_the_order()
    {
        var hall = HallOf("sjf");
        hall.Apply(A.GpuJob("blocker", 8, seconds: 100));
        hall.Apply(A.GpuJob("short", 8, seconds: 60));
        hall.Apply(A.GpuJob("urgent", 8, priority: 1, seconds: 600));

        hall.End("blocker.worker.0", 0);

        Assert.Equal(TaskPhase.Running, hall.Task("urgent.worker.0").Status.Phase);
    }

    [Fact]
    public void Work_that_has_had_much_makes_room_for_work_that_has_had_none_and_comes_back()
    {
        var hall = HallOf("las", preempts: true);
        hall.Apply(A.GpuJob("old", 8));
        hall.Pass(TimeSpan.FromMinutes(5));

        hall.Apply(A.GpuJob("fresh", 8));

        Assert.Equal(TaskPhase.Running, hall.Task("fresh.worker.0").Status.Phase);
        Assert.Equal(TaskPhase.Pending, hall.Task("old.worker.0").Status.Phase);
        Assert.Equal(Duration.FromSeconds(300), hall.Task("old.worker.0").Status.Ran);

        hall.Pass(TimeSpan.FromMinutes(30)); // Meanwhile the other one has had more.

        Assert.Equal(TaskPhase.Running, hall.Task("old.worker.0").Status.Phase);
        Assert.Equal(TaskPhase.Pending, hall.Task("fresh.worker.0").Status.Phase);
    }

    [Fact]
    public void Without_leave_to_preempt_the_order_disturbs_nobody()
    {
        var hall = HallOf("las");
        hall.Apply(A.GpuJob("old", 8));
        hall.Pass(TimeSpan.FromMinutes(5));

        hall.Apply(A.GpuJob("fresh", 8));
        hall.Pass(TimeSpan.FromMinutes(5));

        Assert.Equal(TaskPhase.Running, hall.Task("old.worker.0").Status.Phase);
    }

    [Fact]
    public void Jobs_that_take_turns_are_disturbed_a_number_of_times_that_is_the_logarithm_of_their_length()
    {
        var hall = HallOf("las", preempts: true);
        hall.Apply(A.GpuJob("a", 8), A.GpuJob("b", 8));

        for (var hour = 0; hour < 8; hour++)
        {
            hall.Pass(TimeSpan.FromHours(1));
        }

        Assert.InRange(hall.Job("a").Status!.Preemptions + hall.Job("b").Status!.Preemptions, 4, 22);
    }

    [Theory]
    [InlineData("srfs", "did you mean srsf?")]
    [InlineData("fair", "there are fifo, sjf, srtf, srsf, las, datahall")]
    public void An_order_that_does_not_exist_is_refused(string order, string message)
    {
        var error = Assert.Single(new Hall().Refuse(new Apply([Profile(order, preempts: false)])).Errors);

        Assert.Equal("spec.order", error.Path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static Hall HallOf(string? order, bool preempts = false)
    {
        var hall = new Hall().WithNode("n1", gpus: 8);
        hall.Apply(Profile(order, preempts));
        return hall;
    }

    private static SchedulerProfile Profile(string? order, bool preempts) => new()
    {
        Name = SchedulerProfile.Default,
        Spec = new() { Order = order, Preemption = new() { Priority = false, Order = preempts }, Backfill = new() { Reservations = 0 } },
    };
}
