using Datahall.Cli.Apply;
using Datahall.Cli.Client;
using Datahall.Model;

namespace Datahall.Cli.Tests.Apply;

public sealed class PlanTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Lines_tells_every_task_in_the_order_of_their_numbers()
    {
        var plan = Plan([.. new[] { 0, 10, 2 }.Select(i => At($"big.worker.{i}", "n1", i))], []);

        Assert.Equal(
            ["where the tasks would be:", "  big.worker.0: n1, GPU 0", "  big.worker.2: n1, GPU 2", "  big.worker.10: n1, GPU 10"],
            PlanText.Lines(plan, Now, PlanDetail.Tasks));
    }

    [Fact]
    public void Lines_sums_up_roles_with_many_tasks()
    {
        var plan = Plan(
            [.. Enumerable.Range(0, 64).Select(i => At($"big.worker.{i}", $"n{1 + (i / 8)}", i % 8)), At("big.ps.0", "n9")],
            [.. Enumerable.Range(0, 16).Select(i => new StoppedTaskMessage($"low.worker.{i}", new(ResourceKinds.Job, "low"), $"n{1 + (i / 8)}", 900))]);

        Assert.Equal(
            [
                "where the tasks would be:",
                "  big.worker: 64 tasks on n1 (8), n2 (8), n3 (8), n4 (8), n5 (8), n6 (8), n7 (8), n8 (8)",
                "  big.ps.0: n9",
                "who would be stopped to make room:",
                "  low.worker: 16 tasks of job/low on n1 (8), n2 (8): 4 device-hours of work lost",
            ],
            PlanText.Lines(plan, Now, PlanDetail.Roles));
    }

    [Theory]
    [InlineData(PlanDetail.Tasks)]
    [InlineData(PlanDetail.Roles)]
    internal void Lines_tells_those_who_wait_alike_once(PlanDetail detail)
    {
        var wait = new PlannedTaskMessage("big.worker.0", null, [], Now.AddMinutes(25), "job/low", "0/2 nodes: 2 lack 1 free GPU");

        Assert.Equal(
            ["where the tasks would be:", "  big.worker: 2 tasks wait: 0/2 nodes: 2 lack 1 free GPU; would start about 2026-05-01 12:25:00Z (in 25m), after job/low"],
            PlanText.Lines(Plan([wait, wait with { Task = "big.worker.1" }], []), Now, detail));
    }

    [Fact]
    public void Lines_is_empty_when_nothing_is_to_be_placed() => Assert.Empty(PlanText.Lines(Plan([], []), Now, PlanDetail.Tasks));

    private static PlanMessage Plan(IReadOnlyList<PlannedTaskMessage> tasks, IReadOnlyList<StoppedTaskMessage> stopped) => new(tasks, stopped);

    private static PlannedTaskMessage At(string task, string node, params int[] devices) => new(task, node, devices, Now, null, null);
}
