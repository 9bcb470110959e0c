using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Server.Console.Actions;

/// <summary>What can be done to a resource as it is now.</summary>
internal static class ResourceActions
{
    /// <summary>To a job.</summary>
    public static IEnumerable<ConsoleAction> Of(Job job)
    {
        if (job.Status?.Phase is not (JobPhase.Succeeded or JobPhase.Failed or JobPhase.Cancelled))
        {
            yield return ConsoleAction.Of("cancel", job.Name, $"datahall cancel job/{job.Name}", new Cancel(job.Name)) with { IsDangerous = true };
        }

        yield return Deletion(job);
    }

    /// <summary>To a service.</summary>
    public static IEnumerable<ConsoleAction> Of(Service service)
    {
        yield return new("scale", service.Name, $"datahall scale service/{service.Name} --replicas {{0}}", replicas => new Scale(service.Name, replicas)) { Number = service.Spec.Replicas };
        if (service.Status?.Rollout is not null)
        {
            yield return ConsoleAction.Of("promote", service.Name, $"datahall rollout promote service/{service.Name}", new PromoteRollout(service.Name));
            yield return ConsoleAction.Of("abort", service.Name, $"datahall rollout abort service/{service.Name}", new AbortRollout(service.Name)) with { IsDangerous = true };
        }

        yield return Deletion(service);
    }

    /// <summary>To a node.</summary>
    public static IEnumerable<ConsoleAction> Of(Node node)
    {
        var name = node.Name;
        if (node.Spec.Mode is NodeMode.Open)
        {
            yield return ConsoleAction.Of("drain", name, $"datahall node drain {name}", new SetNodeMode(name, NodeMode.Draining)) with { IsDangerous = true };
            yield return ConsoleAction.Of("cordon", name, $"datahall node cordon {name}", new SetNodeMode(name, NodeMode.Cordoned));
        }
        else
        {
            yield return ConsoleAction.Of("uncordon", name, $"datahall node uncordon {name}", new SetNodeMode(name, NodeMode.Open));
        }

        if (node.Status is { Power: PowerState.Asleep or PowerState.FallingAsleep })
        {
            yield return ConsoleAction.Of("wake", name, $"datahall node wake {name}", new SetNodePower(name, PowerMode.Awake, Drain: false));
        }
        else if (node.Status is { CanSleep: true })
        {
            yield return ConsoleAction.Of("sleep", name, $"datahall node sleep {name}", new SetNodePower(name, PowerMode.Asleep, Drain: false)) with { IsDangerous = true };
        }

        if (node.Status?.Phase is not (NodePhase.Ready or NodePhase.Joining or NodePhase.Leaving))
        {
            yield return ConsoleAction.Of("forget", name, $"datahall node delete {name}", new Delete(node.Key, Force: false)) with { IsDangerous = true };
        }
    }

    /// <summary>To an incident.</summary>
    /// <param name="incident">The incident.</param>
    /// <param name="by">Who does it, for what is written down.</param>
    public static IEnumerable<ConsoleAction> Of(Incident incident, string by)
    {
        if (incident.Status.State is IncidentState.Firing)
        {
            yield return ConsoleAction.Of("acknowledge", incident.Status.Title, $"datahall incidents ack {incident.Name}", new AcknowledgeIncident(incident.Name, by, null));
        }

        if (incident.Status.State is not IncidentState.Resolved)
        {
            yield return ConsoleAction.Of("resolve", incident.Status.Title, $"datahall incidents resolve {incident.Name}", new ResolveIncident(incident.Name, by, null)) with { IsDangerous = true };
        }
    }

    private static ConsoleAction Deletion(Resource resource) =>
        ConsoleAction.Of("delete", resource.Key.ToString(), $"datahall delete {resource.Key}", new Delete(resource.Key, Force: false)) with { IsDangerous = true };
}
