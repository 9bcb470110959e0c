using Datahall.Model;

namespace Datahall.Cli.Client;

/// <summary>The tasks of a job, of a service or on a node.</summary>
internal static class OwnedTasks
{
    /// <summary>Ordered by role or version, then by index.</summary>
    public static async Task<IReadOnlyList<Received>> OfAsync(ApiClient api, ResourceKey key, CancellationToken cancellationToken)
    {
        var (tasks, _) = await api.ListAsync(ResourceKinds.Task, null, cancellationToken).ConfigureAwait(false);
        return
        [
            .. tasks
                .Select(static item => (Item: item, Task: (TaskResource)item.Value))
                .Where(item => key.Kind is ResourceKinds.Node ? IsOn(key.Name, item.Task) : item.Task.Spec.Owner == key)
                .OrderBy(static item => item.Task.Spec.Role, StringComparer.Ordinal)
                .ThenBy(static item => item.Task.Spec.Version)
                .ThenBy(static item => item.Task.Spec.Index)
                .Select(static item => item.Item),
        ];
    }

    /// <summary>Whether a task holds a place on a node; one that has ended only remembers it.</summary>
    private static bool IsOn(string node, TaskResource task) =>
        task.Status.Placement?.Node == node && task.Status.Phase is not (TaskPhase.Succeeded or TaskPhase.Failed or TaskPhase.Lost);
}
