using Datahall.Control.Core;
using Datahall.Control.Incidents;
using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tasks;

/// <summary>Keeps with a task, and with the incidents that it is about, why an attempt of it failed.</summary>
internal sealed class FailureNotes(CoreState state, IncidentBook incidents)
{
    /// <summary>Takes a note. One of a task that is gone, of an attempt of another task of the same name, or older than the one that is kept is passed over.</summary>
    public Outcome Take(NoteFailure input)
    {
        var failure = input.Failure;
        if (state.Find(new(ResourceKinds.Task, input.Task)) is TaskResource { Status: { } status } task
            && failure.Fence > 0 && failure.Fence <= status.Fence && failure.Attempt <= status.Attempt
            && (status.LastFailure?.Fence ?? 0) < failure.Fence)
        {
            var noted = task with { Status = status with { LastFailure = failure with { At = state.Now } } };
            state.Put(noted);
            incidents.Note(noted);
            if (failure.Causes is [var cause, ..])
            {
                state.Warn(task.Key, "Diagnosed", $"attempt {failure.Attempt}: {cause.Title}. {cause.Advice}");
            }
        }

        return new Accepted([]);
    }
}
