using Datahall.Model;

namespace Datahall.Control.Tests.Placing;

public sealed class BackfillTests
{
    [Fact]
    public void Work_that_ends_in_time_goes_ahead_and_other_work_does_not()
    {
        var hall = new Hall().WithNode("n1", gpus: 4).WithNode("n2", gpus: 4);
        hall.Apply(A.GpuJob("running", 4, seconds: 600));
        hall.Apply(A.GpuJob("big", 4, tasks: 2, seconds: 600));

        hall.Apply(A.GpuJob("short", 2, seconds: 300), A.GpuJob("long", 2, seconds: 900), A.GpuJob("unknown", 2));

        Assert.Equal(TaskPhase.Running, hall.Task("short.worker.0").Status.Phase);
        Assert.Equal(TaskPhase.Pending, hall.Task("long.worker.0").Status.Phase);
        Assert.Equal("it would fit, but that room is kept for job/big", hall.Task("long.worker.0").Status.Message);
        Assert.Equal(TaskPhase.Pending, hall.Task("unknown.worker.0").Status.Phase);
    }

    [Fact]
    public void A_big_gang_starts_although_small_work_never_ceases_to_come()
    {
        var hall = new Hall().WithNode("n1", gpus: 4).WithNode("n2", gpus: 4);
        for (var i = 0; i < 8; i++)
        {
            hall.Apply(A.GpuJob($"s{i}", 1));
        }

        hall.Apply(A.GpuJob("big", 4, tasks: 2));
        for (var i = 0; i < 8; i++)
        {
            hall.Apply(A.GpuJob($"t{i}", 1));
            hall.Pass(TimeSpan.FromMinutes(1));
            hall.End($"s{i}.worker.0", 0);
        }

        Assert.Equal(2, hall.Job("big").Status!.Tasks.Running);
    }

    [Fact]
    public void Without_reservations_small_work_passes()
    {
        var hall = new Hall().WithNode("n1", gpus: 4);
        hall.Apply(new SchedulerProfile { Name = "default", Spec = new() { Backfill = new() { Reservations = 0 } } });
        hall.Apply(A.GpuJob("running", 2));

        hall.Apply(A.GpuJob("big", 4));
        hall.Apply(A.GpuJob("small", 2));

        Assert.Equal(TaskPhase.Running, hall.Task("small.worker.0").Status.Phase);
    }
}
