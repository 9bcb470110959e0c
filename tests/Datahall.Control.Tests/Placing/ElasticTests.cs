using Datahall.Model;

namespace Datahall.Control.Tests.Placing;

public sealed class ElasticTests
{
    [Fact]
    public void A_role_grows_into_what_is_free_and_shrinks_for_others()
    {
        var hall = new Hall().WithNode("n1", gpus: 8);
        hall.Apply(Elastic("train", 2, 6));
        var grown = Running(hall, "train");

        hall.Apply(A.GpuJob("other", 5));

        Assert.Equal(6, grown);
        Assert.Equal(TaskPhase.Running, hall.Task("other.worker.0").Status.Phase);
        Assert.Equal(3, Running(hall, "train"));
        Assert.Equal(0, hall.Job("train").Status!.Preemptions);

        hall.End("other.worker.0", 0);

        Assert.Equal(6, Running(hall, "train"));
    }

    [Fact]
    public void Every_member_is_told_who_is_there()
    {
        var hall = new Hall().WithNode("n1", gpus: 8);
        hall.Apply(Elastic("train", 2, 4));
        var before = hall.Core.DesiredFor("n1")!.Tasks.Single(t => t.Task == "train.worker.0").Members!.Count;

        hall.Apply(A.GpuJob("other", 5));

        Assert.Equal(4, before);
        Assert.All(hall.Agent("n1").Orders!.Tasks.Where(t => t.Task.StartsWith("train", StringComparison.Ordinal)), t => Assert.Equal(3, t.Members!.Count));
    }

    [Fact]
    public void The_job_ends_with_those_that_stay()
    {
        var hall = new Hall().WithNode("n1", gpus: 3);
        hall.Apply(Elastic("train", 2, 6));

        hall.End("train.worker.0", 0);
        hall.End("train.worker.1", 0);

        Assert.Equal(JobPhase.Succeeded, hall.Job("train").Status!.Phase);
        Assert.DoesNotContain(hall.Tasks, t => t.Status.Phase is TaskPhase.Running or TaskPhase.Pending or TaskPhase.Stopping);
    }

    [Fact]
    public void Extra_tasks_start_again_with_their_gang()
    {
        var hall = new Hall().WithNode("n1", gpus: 8);
        hall.Apply(Elastic("train", 2, 4));

        hall.End("train.worker.0", 1);
        hall.Pass(TimeSpan.FromSeconds(3));

        Assert.Equal(4, Running(hall, "train"));
        Assert.All(hall.Tasks, t => Assert.Equal(2, t.Status.Attempt));
    }

    [Fact]
    public void A_failing_extra_task_fails_nobody()
    {
        var hall = new Hall().WithNode("n1", gpus: 8);
        hall.Apply(Elastic("train", 2, 3));

        for (var i = 0; i < 5; i++)
        {
            hall.End("train.worker.2", 1);
            hall.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(JobPhase.Running, hall.Job("train").Status!.Phase);
        Assert.Equal(1, hall.Task("train.worker.0").Status.Attempt);
    }

    private static int Running(Hall hall, string job) => hall.Tasks.Count(t => t.Spec.Job == job && t.Status.Phase is TaskPhase.Running);

    private static Job Elastic(string name, int min, int max)
    {
        var job = A.GpuJob(name, 1);
        return job with { Spec = job.Spec with { Roles = [job.Spec.Roles[0] with { Replicas = new(min, max) }] } };
    }
}
