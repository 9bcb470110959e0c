using System.Collections;
using Datahall.Model;

namespace Datahall.Control.Tasks;

/// <summary>The tasks of one job or service, by version and rank, with their counts.</summary>
internal sealed class OwnedTasks : IReadOnlyList<TaskResource>
{
    private static readonly Comparer<TaskResource> Order = Comparer<TaskResource>.Create(static (a, b) =>
        a.Spec.Version != b.Spec.Version ? a.Spec.Version.CompareTo(b.Spec.Version)
        : a.Spec.Rank != b.Spec.Rank ? a.Spec.Rank.CompareTo(b.Spec.Rank)
        : string.CompareOrdinal(a.Name, b.Name));

    private readonly List<TaskResource> tasks = [];

    public static OwnedTasks None { get; } = [];

    public int Count => tasks.Count;

    public TaskCounts Counts { get; private set; }

    /// <summary>How many tasks have not succeeded (yet).</summary>
    public int NotSucceeded => tasks.Count - Counts.Succeeded;

    public TaskResource this[int index] => tasks[index];

    public IEnumerator<TaskResource> GetEnumerator() => tasks.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Change(TaskResource? before, TaskResource? after)
    {
        var place = tasks.BinarySearch((before ?? after)!, Order);
        if (before is not null)
        {
            Counts = Add(Counts, before, -1);
        }

        if (after is not null)
        {
            Counts = Add(Counts, after, +1);
        }

        if (before is null)
        {
            tasks.Insert(~place, after!);
        }
        else if (after is null)
        {
            tasks.RemoveAt(place);
        }
        else
        {
            tasks[place] = after;
        }
    }

    private static TaskCounts Add(TaskCounts counts, TaskResource task, int n) => task.Status.Phase switch
    {
        TaskPhase.Pending => counts with { Pending = counts.Pending + n },
        TaskPhase.Placed or TaskPhase.Starting or TaskPhase.Running =>
            counts with { Running = counts.Running + n, Ready = counts.Ready + (task.IsReady() ? n : 0) },
        TaskPhase.Stopping => counts with { Stopping = counts.Stopping + n },
        TaskPhase.Succeeded => counts with { Succeeded = counts.Succeeded + n },
        _ => counts with { Failed = counts.Failed + n },
    };
}
