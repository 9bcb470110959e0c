using Datahall.Model;

namespace Datahall.Control.Tests.Placing;

public sealed class QueueTests
{
    [Fact]
    public void A_queue_takes_back_its_guarantee_from_one_that_borrowed()
    {
        var hall = new Hall().WithNode("n1", gpus: 8);
        hall.Apply(A.Queue("research", guarantee: 4), A.Queue("prod", guarantee: 4));
        hall.Apply([.. Enumerable.Range(0, 8).Select(i => A.GpuJob($"r{i}", 1, queue: "research", priority: 100))]);

        hall.Apply(A.GpuJob("p", 4, queue: "prod"));

        Assert.Equal(TaskPhase.Running, hall.Task("p.worker.0").Status.Phase);
        Assert.Equal(4, hall.Tasks.Count(t => t.Spec.Queue == "research" && t.Status.Phase is TaskPhase.Running));
    }

    [Fact]
    public void What_is_within_a_guarantee_is_not_taken_back()
    {
        var hall = new Hall().WithNode("n1", gpus: 8);
        hall.Apply(A.Queue("research", guarantee: 4), A.Queue("prod", guarantee: 4));
        hall.Apply(A.GpuJob("r", 4, queue: "research"), A.GpuJob("p", 4, queue: "prod"));

        hall.Apply(A.GpuJob("more", 4, queue: "prod", priority: 1000));

        Assert.Equal(TaskPhase.Running, hall.Task("r.worker.0").Status.Phase);
        Assert.Equal(TaskPhase.Running, hall.Task("more.worker.0").Status.Phase); // From its own queue, by priority.
        Assert.Equal(TaskPhase.Pending, hall.Task("p.worker.0").Status.Phase);
    }

    [Fact]
    public void A_parent_s_guarantee_is_shared_by_its_children()
    {
        var hall = new Hall().WithNode("n1", gpus: 8);
        hall.Apply(
            A.Queue("org", guarantee: 4), A.Queue("a", parent: "org"), A.Queue("b", parent: "org"), A.Queue("guest"));
        hall.Apply(A.GpuJob("a", 2, queue: "a"), A.GpuJob("g", 6, queue: "guest"));

        hall.Apply(A.GpuJob("b", 2, queue: "b"));

        Assert.Equal(TaskPhase.Running, hall.Task("b.worker.0").Status.Phase);
        Assert.Equal(TaskPhase.Pending, hall.Task("g.worker.0").Status.Phase);
    }

    [Fact]
    public void Idle_room_is_shared_by_weight()
    {
        var hall = new Hall();
        hall.Apply(A.Queue("big", weight: 3), A.Queue("small", weight: 1));
        hall.Apply([.. Enumerable.Range(0, 12).SelectMany(i => new Resource[] { A.GpuJob($"b{i}", 1, queue: "big"), A.GpuJob($"s{i}", 1, queue: "small") })]);

        hall.WithNode("n1", gpus: 8);

        Assert.Equal(6, hall.Tasks.Count(t => t.Spec.Queue == "big" && t.Status.Phase is TaskPhase.Running));
        Assert.Equal(2, hall.Tasks.Count(t => t.Spec.Queue == "small" && t.Status.Phase is TaskPhase.Running));
    }

    [Fact]
    public void A_model_is_a_resource_of_its_own()
    {
        var hall = new Hall().WithNode("a1", gpus: 4, model: "A100").WithNode("h1", gpus: 4);
        var queue = A.Queue("q");
        hall.Apply(queue with { Spec = queue.Spec with { Limit = new() { GpuModels = new Dictionary<string, Gpu> { ["H100"] = new(1000) } } } });

        hall.Apply([.. Enumerable.Range(0, 6).Select(i => A.GpuJob($"j{i}", 1, queue: "q"))]);

        Assert.Equal(5, hall.Tasks.Count(t => t.Status.Phase is TaskPhase.Running));
        Assert.Single(hall.Tasks, t => t.Status.Placement?.GpuModel == "H100");
    }
}
