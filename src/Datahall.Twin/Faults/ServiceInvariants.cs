using Datahall.Control.Core;
using Datahall.Control.Services;
using Datahall.Model;

namespace Datahall.Twin.Faults;

/// <summary>What must hold of every service after every step: how many replicas there are, how many of them serve, and how requests are divided.</summary>
internal sealed class ServiceInvariants
{
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> decided = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> wanted = new(StringComparer.Ordinal);
    private readonly HashSet<string> served = new(StringComparer.Ordinal);
    private long looked;
    private bool hasMissed; // A step was committed that the control plane did not outlive: nobody looked at it.

    public void Check(ControlCore core)
    {
        hasMissed = core.Revision > looked + 1;
        looked = core.Revision;
        var tasks = core.Resources.OfType<TaskResource>().Where(static task => task.Spec.Service is not null).ToLookup(static task => task.Spec.Service!);
        foreach (var service in core.Resources.OfType<Service>().Where(static service => service.Status is not null and not { Phase: ServicePhase.Stopping }))
        {
            CheckSplit(service, service.Status!.Split);
            CheckRollout(service, service.Status);
            CheckCount(service, [.. tasks[service.Name]]);
            CheckServing(service, [.. tasks[service.Name]]);
            CheckScaling(core, service, [.. tasks[service.Name]]);
        }

        known.Clear();
        served.Clear();
        wanted.Clear();
        known.UnionWith(tasks.SelectMany(static owned => owned).Select(static task => task.Name));
        served.UnionWith(core.Resources.OfType<Service>().SelectMany(service => tasks[service.Name].Where(task => IsReady(task) && Serves(service, task))).Select(static task => task.Name));
        foreach (var service in core.Resources.OfType<Service>())
        {
            wanted[service.Name] = service.WantedReplicas();
        }
    }

    private static void CheckSplit(Service service, IReadOnlyList<TrafficShare> split)
    {
        if (split.Count > 0
            && (split.Where(static share => !share.Shadow).Sum(static share => share.Weight) != 100
                || split.Any(static share => share.Weight is < 0 or > 100)
                || split.DistinctBy(static share => share.Version).Count() < split.Count))
        {
            throw new InvariantException($"service {service.Name} divides its requests {Describe(split)}");
        }
    }

    private static void CheckRollout(Service service, ServiceStatus status)
    {
        var moves = status.Stable is { } stable && stable.Number != status.Target.Number;
        if (moves != status.Rollout is not null)
        {
            throw new InvariantException($"service {service.Name} goes from version {status.Stable?.Number} to {status.Target.Number}, and its rollout is {status.Rollout?.ToString() ?? "none"}");
        }

        if (status.Rollout is { Stage: RolloutStage.Stepping } rollout && (rollout.Step < 1 || rollout.Step > rollout.Steps))
        {
            throw new InvariantException($"service {service.Name} is at step {rollout.Step} of {rollout.Steps}");
        }
    }

    // Nothing is made beyond the surge. Fewer wanted than before may leave more for a while: those that are ready go as others come.
    private void CheckCount(Service service, IReadOnlyList<TaskResource> tasks)
    {
        var living = tasks.Count(static task => task.Status.Phase is not TaskPhase.Stopping);
        var second = service.Spec.Rollout.Strategy is RolloutStrategy.Shadow or RolloutStrategy.BlueGreen ? service.WantedReplicas() : 0;
        if (living > service.WantedReplicas() + service.Spec.Rollout.MaxSurge + second && tasks.FirstOrDefault(task => !known.Contains(task.Name)) is { } made)
        {
            throw new InvariantException($"service {service.Name} made {made.Name} as one of {living}; it may have {service.WantedReplicas()} and {service.Spec.Rollout.MaxSurge} more");
        }
    }

    // No ready replica that serves is given up for another one unless enough are left. What is lost otherwise in the same step was not given up.
    private void CheckServing(Service service, IReadOnlyList<TaskResource> tasks)
    {
        var given = tasks.Where(task => served.Contains(task.Name) && task.Status is { Phase: TaskPhase.Stopping, Reason: "Replaced" } && Serves(service, task)).ToList();
        if (given.Count == 0)
        {
            return;
        }

        var left = tasks.Count(task => IsReady(task) && Serves(service, task));
        var lost = tasks.Count(task => served.Contains(task.Name) && !IsReady(task) && task.Status.Reason != "Replaced");
        // After such a step replicas may have gone since they were counted, and more may be wanted than when this one was given up.
        var gone = hasMissed ? served.Count(name => name.StartsWith($"{service.Name}.v", StringComparison.Ordinal) && !tasks.Any(task => task.Name == name)) : 0;
        var needed = hasMissed ? Math.Min(service.WantedReplicas(), wanted.GetValueOrDefault(service.Name, int.MaxValue)) : service.WantedReplicas();
        if (left + lost + gone < needed - service.Spec.Rollout.MaxUnavailable)
        {
            throw new InvariantException($"service {service.Name} gave up {given[0].Name} with {left} of {needed} replicas ready; {service.Spec.Rollout.MaxUnavailable} may be missing; {Describe(service.Status!.Split)}");
        }
    }

    // What is decided is within the bounds, and above the lower one it raises them no further than the queue has room for.
    private void CheckScaling(ControlCore core, Service service, IReadOnlyList<TaskResource> tasks)
    {
        if (service is not { Spec.Autoscale: { } scaling, Status.Scaling: { } status } || decided.GetValueOrDefault(service.Name) == status.Decided)
        {
            return;
        }

        decided[service.Name] = status.Decided;
        if (service.Generation == service.Status!.ObservedGeneration && (status.Replicas < scaling.Min || status.Replicas > scaling.Max))
        {
            throw new InvariantException($"service {service.Name} is to have {status.Replicas} replicas, which is not from {scaling.Min} to {scaling.Max}: {status.Reason}");
        }

        var limit = core.Find(new(ResourceKinds.Queue, service.Spec.Queue)) is Queue { Spec.Limit.Cpu: { } cpu } ? cpu.Milli / service.Spec.Resources.Cpu.Milli : int.MaxValue;
        var placed = tasks.Count(static task => task.Status.Placement is not null);
        var raises = status.Replicas > wanted.GetValueOrDefault(service.Name);
        var elsewhere = tasks.Count(task => task.Status.Placement is not null && task.Spec.Queue != service.Spec.Queue); // An older version may stand in another queue.
        if (raises && status.Replicas > Math.Max(Math.Max((long)limit + elsewhere, placed), scaling.Min))
        {
            throw new InvariantException($"service {service.Name} is to have {status.Replicas} replicas; queue {service.Spec.Queue} allows {limit}: {status.Reason}");
        }
    }

    private static bool Serves(Service service, TaskResource task) =>
        service.Status is null || service.Status.Split.Count == 0 || service.Status.Split.Any(share => share.Version == task.Spec.Version && share is { Weight: > 0, Shadow: false });

    private static bool IsReady(TaskResource task) => task.Status is { Phase: TaskPhase.Running, Ready: true };

    private static string Describe(IReadOnlyList<TrafficShare> split) => string.Join(", ", split.Select(static share => $"version {share.Version} {share.Weight} %{(share.Shadow ? " as a shadow" : "")}"));
}
