using Datahall.Model;

namespace Datahall.Server.Console.Live;

/// <summary>Tasks by what they belong to.</summary>
internal sealed class TaskIndex
{
    private readonly Dictionary<ResourceKey, List<TaskResource>> byOwner = [];
    private readonly Dictionary<string, List<TaskResource>> byNode = new(StringComparer.Ordinal);

    /// <summary>The tasks of a job or service, by name.</summary>
    public IReadOnlyList<TaskResource> OfOwner(ResourceKey owner) => byOwner.GetValueOrDefault(owner) ?? [];

    /// <summary>The tasks that hold a place on a node, by name.</summary>
    public IReadOnlyList<TaskResource> OnNode(string node) => byNode.GetValueOrDefault(node) ?? [];

    /// <summary>Whether a task holds its place.</summary>
    public static bool HoldsPlace(TaskResource task) =>
        task.Status.Phase is TaskPhase.Placed or TaskPhase.Starting or TaskPhase.Running or TaskPhase.Stopping;

    /// <summary>Indexes tasks; one pass.</summary>
    public static TaskIndex Of(IReadOnlyList<TaskResource> tasks)
    {
        var index = new TaskIndex();
        foreach (var task in tasks)
        {
            Add(index.byOwner, task.Spec.Owner, task);
            if (task.Status.Placement is { } placement && HoldsPlace(task))
            {
                Add(index.byNode, placement.Node, task);
            }
        }

        return index;
    }

    private static void Add<TKey>(Dictionary<TKey, List<TaskResource>> lists, TKey key, TaskResource task)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        list.Add(task);
    }
}
