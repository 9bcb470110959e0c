using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Placing;

public sealed class BackfillTests
{
    // With a look at all that runs for each of them this takes minutes.
    [Fact]
    public void Very_many_replicas_that_fit_nowhere_wait_and_take_the_room_that_comes()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Service("many") with { Spec = A.Service("many").Spec with { Replicas = 1, Resources = new() { Gpu = new(1000) } } });

        hall.Send(new Scale("many", 20_000));
        Assert.Equal(20_000, hall.Service("many").Status!.Tasks.Pending);
        hall.WithNode("n2", gpus: 4).Pass(TimeSpan.FromSeconds(2));

        Assert.Equal(4, hall.Service("many").Status!.Tasks.Running);
        Assert.Equal(19_996, hall.Service("many").Status!.Tasks.Pending);
    }

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
        hall.Apply([.. Enumerable.Range(0, 8).Select(i => A.GpuJob($"s{i}", 1))]);
        hall.Apply(A.GpuJob("big", 4, tasks: 2));

        // Each job runs for 20 minutes and another one comes every minute: more than there is room for, and shorter than expected at first.
        for (var minute = 0; minute < 240 && hall.Job("big").Status!.Phase is JobPhase.Pending; minute++)
        {
            hall.Apply(A.GpuJob($"t{minute}", 1));
            hall.Pass(TimeSpan.FromMinutes(1));
            foreach (var task in hall.Tasks.Where(t => t.Status.Started <= hall.Now - TimeSpan.FromMinutes(20) && t.Status.Phase is TaskPhase.Running).ToList())
            {
                hall.End(task.Name, 0);
            }
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
