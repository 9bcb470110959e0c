using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Placing;

/// <summary>Which gangs have members that are being stopped, and for whose sake.</summary>
internal sealed class StopIndex
{
    private readonly SortedDictionary<string, int> gangs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> preemptors = new(StringComparer.Ordinal);

    /// <summary>The gangs with members that are being stopped, by id.</summary>
    public IEnumerable<string> Gangs => gangs.Keys;

    /// <summary>The gangs for which work is being stopped, by id.</summary>
    public IEnumerable<string> Preemptors => preemptors.Keys;

    /// <summary>Whether work is being stopped for a gang.</summary>
    public bool IsGoingOnFor(string preemptor) => preemptors.ContainsKey(preemptor);

    public void Change(TaskResource? before, TaskResource? after)
    {
        Count(before, -1);
        Count(after, +1);
    }

    private void Count(TaskResource? task, int n)
    {
        if (task?.Status.Phase is TaskPhase.Stopping)
        {
            Count(gangs, task.GangId(), n);
            if (task.Status.PreemptedBy is { } preemptor)
            {
                Count(preemptors, preemptor, n);
            }
        }
    }

    private static void Count(SortedDictionary<string, int> counts, string id, int n)
    {
        var left = counts.GetValueOrDefault(id) + n;
        if (left == 0)
        {
            counts.Remove(id);
        }
        else
        {
            counts[id] = left;
        }
    }
}
