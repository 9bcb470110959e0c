using Datahall.Control.Core;
using Datahall.Model;

namespace Datahall.Control.Incidents;

/// <summary>Why attempts failed, as evidence of the incidents that are about their node, or that hurt their owner.</summary>
internal sealed class FailureEvidence(CoreState state)
{
    // Of a large job whose every task failed the first ones tell enough.
    private const int MostLookedAt = 1_000;
    private static readonly TimeSpan window = TimeSpan.FromMinutes(10);

    /// <summary>The open incidents to which a task's last failure may belong.</summary>
    public IEnumerable<string> Candidates(TaskResource task)
    {
        var (incidents, owner) = (state.Indexes.Incidents, task.Spec.Owner.ToString());
        return incidents.OpenOf($"node/{task.Status.LastFailure?.Node}").Concat(incidents.OpenOf(owner)).Concat(incidents.OpenHurting(owner))
            .Select(static incident => incident.Name).Distinct(StringComparer.Ordinal);
    }

    /// <summary>What is known of an incident, with the failures of the last minutes.</summary>
    public IncidentStatus Joined(IncidentStatus status)
    {
        foreach (var task in TasksOf(status))
        {
            status = Joined(status, task);
        }

        return status;
    }

    /// <summary>What is known of an incident, with a task's last failure if it belongs there.</summary>
    public IncidentStatus Joined(IncidentStatus status, TaskResource task)
    {
        if (task.Status.LastFailure is not { } failure || failure.At < state.Now - window)
        {
            return status;
        }

        var owner = task.Spec.Owner.ToString();
        var isCause = status.Cause == owner || status.Cause == $"node/{failure.Node}";
        return isCause || status.Affected.Contains(owner, StringComparer.Ordinal)
            ? status.With([Evidence(task, failure)]).Advised(isCause ? failure.Causes.Select(static cause => cause.Advice) : [])
            : status;
    }

    private IEnumerable<TaskResource> TasksOf(IncidentStatus status) => status.Affected
        .Append(status.Cause).Distinct(StringComparer.Ordinal)
        .Select(static about => about.Split('/'))
        .Where(static about => about is ["job" or "service", _])
        .SelectMany(about => state.Indexes.TasksOf(new(about[0] is "job" ? ResourceKinds.Job : ResourceKinds.Service, about[1])))
        .Take(MostLookedAt);

    private static IncidentEvidence Evidence(TaskResource task, TaskFailure failure)
    {
        var why = failure.Causes is [var cause, ..]
            ? cause.Evidence is [var line, ..] ? $"{cause.Title}: {line}" : cause.Title
            : failure.LastLines is [.., var last] ? $"no known failure; its last line: {last}" : "no known failure, and no output";
        return new() { At = failure.At, Source = "log", About = task.Key.ToString(), Text = $"attempt {failure.Attempt} on node {failure.Node} failed: {why}" };
    }
}
