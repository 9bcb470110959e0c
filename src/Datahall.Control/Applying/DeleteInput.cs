using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Jobs;
using Datahall.Control.Nodes;
using Datahall.Control.Services;
using Datahall.Model;

namespace Datahall.Control.Applying;

/// <summary>Takes up what people do not want any more.</summary>
internal sealed class DeleteInput(CoreState state, JobLifecycle jobs, ServiceLifecycle services, NodeLifecycle nodes, NodeLeases leases)
{
    public Outcome Take(Cancel cancel)
    {
        var key = new ResourceKey(ResourceKinds.Job, cancel.Job);
        switch (state.Job(cancel.Job))
        {
            case null:
                return Refuse(key, RefusalKind.NotFound, $"there is no {key}");
            case { Status.Finished: not null } job:
                return Refuse(key, RefusalKind.Conflict, $"{key} has ended already: it {job.Status.Phase.ToString().ToLowerInvariant()}");
            case var job:
                jobs.Stop(job, JobEnd.Cancel, "Cancelled", "it was cancelled");
                return new Accepted([new(key, ChangeAction.Configured, job, state.Find(key))]);
        }
    }

    public Outcome Take(Delete delete)
    {
        var before = state.Find(delete.Key);
        var refusal = before switch
        {
            null => Refuse(delete.Key, RefusalKind.NotFound, $"there is no {delete.Key}"),
            TaskResource task => Refuse(delete.Key, RefusalKind.Invalid, $"tasks come and go with their owner: delete {task.Spec.Owner}"),
            Node node => DeleteNode(node, delete.Force),
            Queue queue => DeleteQueue(queue),
            Job job => DeleteJob(job),
            Service service => DeleteService(service),
            Incident { Status.Resolved: null } open => Refuse(open.Key, RefusalKind.Conflict, $"it is not over: resolve it first (datahall incidents resolve {open.Name})"),
            _ => Forget(before),
        };
        return refusal ?? (Outcome)new Accepted([new(delete.Key, ChangeAction.Deleted, before, state.Find(delete.Key))]);
    }

    private Refused? DeleteJob(Job job)
    {
        jobs.Stop(job, JobEnd.Delete, "Deleted", "it is being deleted");
        return null;
    }

    private Refused? DeleteService(Service service)
    {
        services.Delete(service);
        return null;
    }

    private Refused? DeleteQueue(Queue queue)
    {
        if (state.All.OfType<Queue>().Where(q => q.Spec.Parent == queue.Name).MinBy(q => q.Name, StringComparer.Ordinal) is { } child)
        {
            return Refuse(queue.Key, RefusalKind.Conflict, $"queue/{child.Name} is below it: delete or move that one first");
        }

        var user = state.All.Where(r => r is Job { Status.Finished: null } job && job.Spec.Queue == queue.Name
            || r is Service service && service.Spec.Queue == queue.Name).Select(r => r.Key).Order(ResourceKey.Order).FirstOrDefault();
        return user != default ? Refuse(queue.Key, RefusalKind.Conflict, $"{user} is in it: delete that one first") : Forget(queue);
    }

    private Refused? DeleteNode(Node node, bool force)
    {
        var held = state.Indexes.TasksOn(node.Name).Count;
        if (!force && held > 0)
        {
            return Refuse(node.Key, RefusalKind.Conflict,
                $"{held} {(held == 1 ? "task holds" : "tasks hold")} a place on it: drain it first (datahall node drain {node.Name}), or delete it by force, and they count as lost");
        }

        if (!force && node.Status?.Phase is NodePhase.Ready or NodePhase.Joining or NodePhase.Leaving)
        {
            return Refuse(node.Key, RefusalKind.Conflict, "its agent is alive and would register it again: stop the agent first, or delete it by force");
        }

        nodes.LoseTasks(node.Name, $"node {node.Name} was deleted");
        leases.End(node.Name);
        return Forget(node);
    }

    private Refused? Forget(Resource resource)
    {
        state.Remove(resource.Key);
        state.Emit(resource.Key, "Deleted", "it was deleted");
        return null;
    }

    private static Refused Refuse(ResourceKey key, RefusalKind kind, string message) => new(kind, [new(key, null, message)]);
}
