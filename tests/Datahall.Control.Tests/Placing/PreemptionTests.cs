using Datahall.Model;

namespace Datahall.Control.Tests.Placing;

public sealed class PreemptionTests
{
    [Fact]
    public void Higher_priority_takes_the_room_of_the_work_that_loses_least()
    {
        var hall = new Hall().WithNode("n1", gpus: 8);
        hall.Apply(A.GpuJob("old", 4));
        hall.Pass(TimeSpan.FromMinutes(10));
        hall.Apply(A.GpuJob("young", 4));
        hall.Pass(TimeSpan.FromMinutes(1));

        hall.Apply(A.GpuJob("urgent", 4, priority: 10));

        Assert.Equal(TaskPhase.Running, hall.Task("urgent.worker.0").Status.Phase);
        Assert.Equal(TaskPhase.Running, hall.Task("old.worker.0").Status.Phase);
        Assert.Equal(TaskPhase.Pending, hall.Task("young.worker.0").Status.Phase);
        Assert.Equal(1, hall.Job("young").Status!.Preemptions);
        Assert.Equal(0, hall.Job("young").Status!.Restarts);
    }

    [Fact]
    public void Work_that_has_just_been_saved_loses_least()
    {
        var hall = new Hall().WithNode("n1", gpus: 8);
        var saved = A.GpuJob("old", 4);
        hall.Apply(saved with { Spec = saved.Spec with { Checkpoint = new() { Path = "ckpt" } } });
        hall.Pass(TimeSpan.FromMinutes(10));
        hall.Apply(A.GpuJob("young", 4));
        hall.Pass(TimeSpan.FromMinutes(1));
        hall.Agent("n1").Checkpoint("old.worker.0", hall.Now - TimeSpan.FromSeconds(5));
        hall.Pass(TimeSpan.FromSeconds(1));

        hall.Apply(A.GpuJob("urgent", 4, priority: 10));

        Assert.Equal(TaskPhase.Pending, hall.Task("old.worker.0").Status.Phase);
        Assert.Equal(TaskPhase.Running, hall.Task("young.worker.0").Status.Phase);
    }

    [Fact]
    public void Nobody_is_stopped_when_it_would_not_help()
    {
        var hall = new Hall().WithNode("n1", gpus: 8).WithNode("n2", gpus: 8);
        hall.Apply(A.GpuJob("low", 8), A.GpuJob("peer", 8, priority: 10));

        hall.Apply(A.GpuJob("big", 8, tasks: 2, priority: 10));

        Assert.Equal(TaskPhase.Running, hall.Task("low.worker.0").Status.Phase);
        Assert.Equal(TaskPhase.Pending, hall.Task("big.worker.0").Status.Phase);
    }

    [Fact]
    public void A_gang_is_stopped_whole_and_only_as_many_as_needed()
    {
        var hall = new Hall().WithNode("n1", gpus: 8).WithNode("n2", gpus: 8);
        hall.Apply(A.GpuJob("gang", 4, tasks: 2), A.GpuJob("a", 4), A.GpuJob("b", 4));

        hall.Apply(A.GpuJob("urgent", 8, priority: 1));

        Assert.Equal(TaskPhase.Running, hall.Task("urgent.worker.0").Status.Phase);
        var gang = hall.Tasks.Where(t => t.Spec.Job == "gang").Select(t => t.Status.Phase).Distinct();
        Assert.Single(gang);
        Assert.Equal(16, hall.Tasks.Where(t => t.Status.Placement is not null).Sum(t => t.Spec.Template.Resources.Gpu.Milli) / 1000);
    }

    [Fact]
    public void The_room_stays_the_preemptors_while_victims_stop()
    {
        var hall = new Hall().WithNode("n1", gpus: 8);
        hall.Apply(A.GpuJob("low", 8));
        hall.Agent("n1").Stubborn = true;
        hall.Apply(A.GpuJob("urgent", 4, priority: 10));

        hall.Apply(A.GpuJob("late", 2, priority: 5));
        hall.Agent("n1").Stubborn = false;
        hall.Apply(A.GpuJob("next", 8)); // The node has something to be told.
        hall.Agent("n1").Obey(hall.Core.DesiredFor("n1")!);
        hall.Pass(TimeSpan.FromSeconds(3));

        Assert.Equal(TaskPhase.Running, hall.Task("urgent.worker.0").Status.Phase);
        Assert.Equal(TaskPhase.Running, hall.Task("late.worker.0").Status.Phase);
        Assert.Equal(1, hall.Job("low").Status!.Preemptions);
    }

    [Fact]
    public void A_restart_of_the_control_plane_stops_nobody_else()
    {
        var hall = new Hall().WithNode("n1", gpus: 8).WithNode("n2", gpus: 8);
        hall.Apply(A.GpuJob("low", 8), A.GpuJob("lower", 8));
        hall.Agent("n1").Stubborn = hall.Agent("n2").Stubborn = true;
        hall.Apply(A.GpuJob("urgent", 8, priority: 10));

        hall.Restart();
        hall.Pass(TimeSpan.FromSeconds(3));

        Assert.Single(hall.Tasks, t => t.Status.Phase is TaskPhase.Stopping);
    }

    [Fact]
    public void Protected_work_is_left_alone()
    {
        var hall = new Hall().WithNode("n1", gpus: 8);
        var steady = A.GpuJob("steady", 4);
        var fresh = A.GpuJob("fresh", 4);
        hall.Apply(
            steady with { Spec = steady.Spec with { Disruption = new() { Preemptible = false } } },
            fresh with { Spec = fresh.Spec with { Disruption = new() { MinRuntime = Duration.FromSeconds(60) } } });
        hall.Pass(TimeSpan.FromSeconds(5));
        hall.Apply(A.GpuJob("urgent", 4, priority: 10));
        var before = hall.Task("urgent.worker.0").Status.Phase;

        hall.Pass(TimeSpan.FromSeconds(60));

        Assert.Equal(TaskPhase.Pending, before);
        Assert.Equal(TaskPhase.Running, hall.Task("urgent.worker.0").Status.Phase);
        Assert.Equal(TaskPhase.Running, hall.Task("steady.worker.0").Status.Phase);
    }

    [Fact]
    public void A_service_loses_no_more_replicas_than_its_budget()
    {
        var hall = new Hall().WithNode("n1", cpus: 4);
        hall.Apply(A.Service("web", 4));

        hall.Apply(A.Job("urgent", 2, GangMode.None) with { Spec = A.Job("x", 2, GangMode.None).Spec with { Priority = 10 } });

        Assert.Equal(3, hall.Tasks.Count(t => t.Spec.Service == "web" && t.Status.Phase is TaskPhase.Running));
        Assert.Equal(1, hall.Job("urgent").Status!.Tasks.Running);
    }
}
