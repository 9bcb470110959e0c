using Datahall.Model;

namespace Datahall.Control.Placing;

/// <summary>How many tasks hold a place, by queue and priority: tells quickly that nobody can make room.</summary>
internal sealed class RunningIndex
{
    private readonly Dictionary<string, SortedDictionary<int, int>> byQueue = new(StringComparer.Ordinal);

    /// <summary>How many extra tasks of elastic roles hold a place.</summary>
    public int Extras { get; private set; }

    /// <summary>Whether a task of lower priority holds a place in a queue.</summary>
    public bool HasBelow(string queue, int priority)
    {
        if (byQueue.TryGetValue(queue, out var priorities))
        {
            foreach (var (lowest, _) in priorities)
            {
                return lowest < priority;
            }
        }

        return false;
    }

    public void Change(TaskResource task, int count)
    {
        if (!byQueue.TryGetValue(task.Spec.Queue, out var priorities))
        {
            byQueue[task.Spec.Queue] = priorities = [];
        }

        var left = priorities.GetValueOrDefault(task.Spec.Priority) + count;
        if (left == 0)
        {
            priorities.Remove(task.Spec.Priority);
        }
        else
        {
            priorities[task.Spec.Priority] = left;
        }

        Extras += task.Spec.Extra ? count : 0;
    }
}
