using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Tasks;

public sealed class FailureNotesTests
{
    private readonly Hall hall = new Hall().WithNode("n1");

    [Fact]
    public void A_note_is_kept_with_the_task_over_its_next_attempts_and_a_restart()
    {
        hall.Apply(A.Job("j") with { Spec = A.Job("j").Spec with { Restart = new() { Limit = 3 } } });
        var first = hall.Task("j.worker.0").Status;
        hall.End("j.worker.0", 1);

        hall.Send(new NoteFailure("j.worker.0", Failure(first.Attempt, first.Fence)));
        hall.Pass(TimeSpan.FromMinutes(1));
        hall.Restart();

        var status = hall.Task("j.worker.0").Status;
        Assert.True(status.Attempt > first.Attempt, $"attempt {status.Attempt}");
        Assert.Equal((first.Attempt, "disk-full"), (status.LastFailure!.Attempt, status.LastFailure.Causes[0].Id));
        Assert.Contains(hall.Events, static e => e.Reason == "Diagnosed" && e.Message == "attempt 1: The disk is full. Free space.");
        Assert.Contains(hall.Core.Explain(hall.Task("j.worker.0").Key)!.Details, static line => line.StartsWith("attempt 1 failed: The disk is full. There is no space. Free space. Another", StringComparison.Ordinal));
        Assert.Contains(hall.Core.Explain(hall.Job("j").Key)!.Details, static line => line.StartsWith("j.worker.0: attempt 1 failed: The disk is full.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_note_of_an_attempt_that_never_was_or_an_older_one_is_passed_over()
    {
        hall.Apply(A.Job("j"));
        var status = hall.Task("j.worker.0").Status;

        Assert.IsType<Accepted>(hall.Send(new NoteFailure("gone", Failure(1, 1))));
        Assert.IsType<Accepted>(hall.Send(new NoteFailure("j.worker.0", Failure(1, status.Fence + 1))));
        Assert.IsType<Accepted>(hall.Send(new NoteFailure("j.worker.0", Failure(2, status.Fence))));
        Assert.Null(hall.Task("j.worker.0").Status.LastFailure);

        hall.Send(new NoteFailure("j.worker.0", Failure(1, status.Fence)));
        hall.Send(new NoteFailure("j.worker.0", Failure(1, status.Fence) with { Causes = [] }));
        Assert.NotEmpty(hall.Task("j.worker.0").Status.LastFailure!.Causes);
    }

    [Fact]
    public void An_unknown_failure_is_explained_by_its_last_lines()
    {
        hall.Apply(A.Job("j"));
        var status = hall.Task("j.worker.0").Status;
        hall.End("j.worker.0", 1);

        hall.Send(new NoteFailure("j.worker.0", new() { Attempt = 1, Fence = status.Fence, LastLines = ["strange thing"] }));

        Assert.Contains("  strange thing", hall.Core.Explain(hall.Task("j.worker.0").Key)!.Details);
    }

    private static TaskFailure Failure(int attempt, long fence) => new()
    {
        Attempt = attempt,
        Fence = fence,
        Causes = [new() { Id = "disk-full", Title = "The disk is full", Severity = "critical", Cause = "There is no space.", Advice = "Free space.", Retry = "after-change", Evidence = ["No space left on device"] }],
    };
}
