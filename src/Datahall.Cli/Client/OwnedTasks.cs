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
                .Where(item => key.Kind is ResourceKinds.Node ? item.Task.Status.Placement?.Node == key.Name : item.Task.Spec.Owner == key)
                .OrderBy(static item => item.Task.Spec.Role, StringComparer.Ordinal)
                .ThenBy(static item => item.Task.Spec.Version)
                .ThenBy(static item => item.Task.Spec.Index)
                .Select(static item => item.Item),
        ];
    }
}
