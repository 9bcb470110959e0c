using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Jobs;

public sealed class JobTests
{
    [Fact]
    public void A_job_runs_and_succeeds_when_every_task_does()
    {
        var hall = new Hall().WithNode("n1");

        hall.Apply(A.Job("pi", 3));
        var running = hall.Job("pi").Status!;
        hall.End("pi.worker.0", 0);
        hall.End("pi.worker.1", 0);
        hall.End("pi.worker.2", 0);

        Assert.Equal((JobPhase.Running, 3), (running.Phase, running.Tasks.Ready));
        Assert.Equal((JobPhase.Succeeded, 3), (hall.Job("pi").Status!.Phase, hall.Job("pi").Status!.Tasks.Succeeded));
        Assert.All(hall.Tasks, t => Assert.Equal((TaskPhase.Succeeded, 0), (t.Status.Phase, t.Status.ExitCode)));
    }

    [Fact]
    public void A_gang_is_placed_whole_or_not_at_all()
    {
        var hall = new Hall().WithNode("n1", cpus: 2).WithNode("n2", cpus: 2);

        hall.Apply(A.Job("wide", 5));
        var waiting = hall.Tasks;
        hall.WithNode("n3", cpus: 1);

        Assert.All(waiting, t => Assert.Equal(TaskPhase.Pending, t.Status.Phase));
        Assert.Equal("its gang of 5 starts together and 4 would fit; for wide.worker.4 0/2 nodes: 2 lack 1 free CPU", waiting[4].Status.Message);
        Assert.All(hall.Tasks, t => Assert.Equal(TaskPhase.Running, t.Status.Phase));
    }

    [Fact]
    public void Tasks_without_a_gang_are_placed_as_room_allows()
    {
        var hall = new Hall().WithNode("n1", cpus: 2);

        hall.Apply(A.Job("loose", 3, GangMode.None));

        Assert.Equal((2, 1), (hall.Job("loose").Status!.Tasks.Running, hall.Job("loose").Status!.Tasks.Pending));
    }

    [Fact]
    public void A_failed_task_restarts_its_whole_gang_after_the_back_off()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Job("fit", 2));

        hall.End("fit.worker.1", 7);
        var backingOff = hall.Tasks;
        hall.Pass(TimeSpan.FromSeconds(2));

        Assert.All(backingOff, t => Assert.Equal(TaskPhase.Pending, t.Status.Phase));
        Assert.Contains("exit code 7; restart 1 of 3 in 1s", backingOff[1].Status.Message, StringComparison.Ordinal);
        Assert.All(hall.Tasks, t => Assert.Equal((TaskPhase.Running, 2), (t.Status.Phase, t.Status.Attempt)));
        Assert.Equal(1, hall.Job("fit").Status!.Restarts);
    }

    [Fact]
    public void A_job_fails_when_its_restarts_are_used_up()
    {
        var hall = new Hall().WithNode("n1");
        var job = A.Job("bad", 2);
        hall.Apply(job with { Spec = job.Spec with { Restart = new() { Limit = 1 } } });

        hall.End("bad.worker.0", 1);
        hall.Pass(TimeSpan.FromSeconds(2));
        hall.End("bad.worker.0", 1);

        Assert.Equal(JobPhase.Failed, hall.Job("bad").Status!.Phase);
        Assert.Contains("task bad.worker.0 failed: it ended with exit code 1", hall.Job("bad").Status!.Message, StringComparison.Ordinal);
        Assert.Empty(hall.Agent("n1").Orders!.Tasks);
    }

    [Fact]
    public void A_job_past_its_deadline_is_stopped_and_failed()
    {
        var hall = new Hall().WithNode("n1");
        var job = A.Job("slow");
        hall.Apply(job with { Spec = job.Spec with { Deadline = Duration.FromSeconds(30) } });

        hall.Pass(TimeSpan.FromSeconds(31));

        Assert.Equal((JobPhase.Failed, "DeadlineExceeded"), (hall.Job("slow").Status!.Phase, hall.Job("slow").Status!.Reason));
    }

    [Fact]
    public void A_cancelled_job_stays_and_a_deleted_one_goes_when_its_tasks_have_stopped()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Job("a"), A.Job("b"));
        hall.Agent("n1").Stubborn = true;

        hall.Send(new Cancel("a"));
        hall.Send(new Delete(new(ResourceKinds.Job, "b"), Force: false));
        var stopping = hall.Job("b");
        hall.Agent("n1").Stubborn = false;
        hall.Agent("n1").Obey(hall.Core.DesiredFor("n1")!);
        hall.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(JobPhase.Stopping, stopping.Status!.Phase);
        Assert.Equal(JobPhase.Cancelled, hall.Job("a").Status!.Phase);
        Assert.Null(hall.Core.Find(new(ResourceKinds.Job, "b")));
        Assert.False(hall.HasTask("b.worker.0"));
    }

    [Fact]
    public void Daemons_are_stopped_once_every_other_role_has_succeeded()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(new Job { Name = "ps", Spec = new() { Roles = [A.Role("server") with { Daemon = true }, A.Role("worker", 2)] } });

        hall.End("ps.worker.0", 0);
        var before = hall.Task("ps.server.0").Status.Phase;
        hall.End("ps.worker.1", 0);

        Assert.Equal(TaskPhase.Running, before);
        Assert.Equal(JobPhase.Succeeded, hall.Job("ps").Status!.Phase);
    }

    [Fact]
    public void A_finished_job_is_kept_for_as_long_as_it_says()
    {
        var hall = new Hall().WithNode("n1");
        var job = A.Job("brief");
        hall.Apply(job with { Spec = job.Spec with { Keep = Duration.FromSeconds(10) } });
        hall.End("brief.worker.0", 0);

        hall.Pass(TimeSpan.FromSeconds(9));
        var kept = hall.Core.Find(job.Key);
        hall.Pass(TimeSpan.FromSeconds(2));

        Assert.NotNull(kept);
        Assert.Null(hall.Core.Find(job.Key));
        Assert.Empty(hall.Tasks);
    }

    [Fact]
    public void Higher_priority_is_placed_first_then_first_come()
    {
        var hall = new Hall();
        var low = A.Job("a-low");
        var high = A.Job("b-high");
        hall.Apply(low, high with { Spec = high.Spec with { Priority = 10 } }, A.Job("c-low"));

        hall.WithNode("n1", cpus: 2);

        Assert.Equal(
            [("a-low.worker.0", TaskPhase.Running), ("b-high.worker.0", TaskPhase.Running), ("c-low.worker.0", TaskPhase.Pending)],
            hall.Tasks.Select(t => (t.Name, t.Status.Phase)));
    }

    [Fact]
    public void Gang_members_learn_their_ranks_peers_and_master()
    {
        var hall = new Hall().WithNode("n1", cpus: 2).WithNode("n22", cpus: 2);
        hall.Apply(new Job { Name = "train", Spec = new() { Roles = [A.Role("ps"), A.Role("worker", 3)] } });

        var env = hall.Agent("n1").Orders!.Tasks.Concat(hall.Agent("n22").Orders!.Tasks).ToDictionary(t => t.Task, t => t.Env);
        var master = hall.Task("train.ps.0").Status.Placement!;

        Assert.Equal(["0", "1", "2", "3"], new[] { "train.ps.0", "train.worker.0", "train.worker.1", "train.worker.2" }.Select(t => env[t]["RANK"]));
        Assert.All(env.Values, e => Assert.Equal(("4", master.Address, $"{master.Port}"), (e["WORLD_SIZE"], e["MASTER_ADDR"], e["MASTER_PORT"])));
        Assert.Equal(["0", "0", "1", "1"], env.Values.Select(e => e["LOCAL_RANK"]).Order());
        Assert.Equal(3, env["train.ps.0"]["DATAHALL_PEERS_WORKER"].Split(',').Length);
        Assert.Equal(4, hall.Tasks.Select(t => (t.Status.Placement!.Node, t.Status.Placement.Port)).Distinct().Count());
    }

    [Fact]
    public void What_a_submitted_job_runs_cannot_be_changed_but_its_priority_can()
    {
        var hall = new Hall();
        hall.Apply(A.Job("j"));

        var refused = hall.Refuse(new Apply([A.Job("j", 2)]));
        var job = A.Job("j");
        hall.Apply(job with { Spec = job.Spec with { Priority = 5 } });

        Assert.Equal(RefusalKind.Conflict, refused.Kind);
        Assert.Equal(5, hall.Task("j.worker.0").Spec.Priority);
    }
}
