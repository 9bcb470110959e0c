using Datahall.Model;
using Datahall.Server.Diagnosis;

namespace Datahall.Server.Tests.Diagnosis;

public sealed class FailedAttemptsTests
{
    private readonly FailedAttempts attempts = new();

    [Fact]
    public void An_attempt_that_is_tried_again_is_found_on_the_node_where_it_ran()
    {
        Assert.Null(attempts.Take("t", Task(TaskPhase.Running, fence: 7, node: "n1")));

        Assert.Equal(new("t", "n1", 1, 7, "how it ended"), attempts.Take("t", Task(TaskPhase.Pending, fence: 7, failures: 1)));
        Assert.Null(attempts.Take("t", Task(TaskPhase.Pending, fence: 7, failures: 1)));
    }

    [Fact]
    public void A_task_that_fails_for_good_is_one_and_one_that_succeeds_or_is_preempted_is_none()
    {
        attempts.Take("a", Task(TaskPhase.Running, fence: 7, node: "n1"));
        attempts.Take("b", Task(TaskPhase.Running, fence: 8, node: "n1"));
        attempts.Take("c", Task(TaskPhase.Stopping, fence: 9, node: "n1"));
        attempts.Take("d", Task(TaskPhase.Running, fence: 10, node: "n1"));

        Assert.NotNull(attempts.Take("a", Task(TaskPhase.Failed, fence: 7, node: "n1")));
        Assert.Null(attempts.Take("b", Task(TaskPhase.Succeeded, fence: 8, node: "n1")));
        Assert.Null(attempts.Take("c", Task(TaskPhase.Pending, fence: 9)));
        Assert.Null(attempts.Take("d", null));
    }

    [Fact]
    public void A_failed_task_that_nobody_looked_into_is_found_at_the_start_once()
    {
        Assert.NotNull(attempts.TakeFirst(Task(TaskPhase.Failed, fence: 7, node: "n1")));
        Assert.Null(attempts.TakeFirst(Task(TaskPhase.Failed, fence: 7, node: "n1", kept: 7)));
        Assert.Null(attempts.TakeFirst(Task(TaskPhase.Running, fence: 7, node: "n1")));
    }

    private static TaskResource Task(TaskPhase phase, long fence, string? node = null, int failures = 0, long kept = 0) => new()
    {
        Name = "t",
        Spec = new() { Job = "j", Template = new() { Run = new() } },
        Status = new()
        {
            Phase = phase,
            Attempt = 1,
            Fence = fence,
            Failures = failures,
            Message = "how it ended",
            Placement = node is null ? null : new() { Node = node, Address = node },
            LastFailure = kept == 0 ? null : new() { Fence = kept },
        },
    };
}
