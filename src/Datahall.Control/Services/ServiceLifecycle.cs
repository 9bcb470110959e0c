using Datahall.Control.Core;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Services;

/// <summary>Keeps a service at its wanted number of healthy replicas of its wanted version.</summary>
internal sealed class ServiceLifecycle(CoreState state, TaskLifecycle tasks, ReplicaCare care)
{
    /// <summary>Brings a service that changed, or whose replicas changed, one step further.</summary>
    public void Reconcile(string name)
    {
        var service = state.Service(name);
        if (service is null)
        {
            return;
        }

        if (service.Status?.Phase is ServicePhase.Stopping)
        {
            Remove(service);
            return;
        }

        service = Observe(service);
        care.Look(service);
        service = state.Service(name)!;
        var replicas = new ReplicaSet(state, service);
        foreach (var index in replicas.Missing())
        {
            Create(service, index);
        }

        foreach (var replica in replicas.Superfluous())
        {
            tasks.Stop(replica, StopThen.Remove, "Replaced", replica.Spec.Version == service.Status!.Target.Number
                ? "the replica is not wanted any more"
                : $"version {service.Status.Target.Number} replaces version {replica.Spec.Version}");
        }

        Judge(service);
    }

    /// <summary>Deletes a service once its replicas have stopped.</summary>
    public void Delete(Service service)
    {
        var status = service.Status ?? First(service);
        state.Put(service with { Status = status with { Phase = ServicePhase.Stopping, Message = "it is being deleted", ProgressDeadline = null } });
    }

    /// <summary>The rollout's deadline passed: the last healthy version comes back.</summary>
    public void Due(Service service)
    {
        var status = service.Status!;
        if (status.Stable is not { } stable || stable.Number == status.Target.Number)
        {
            return;
        }

        var message = $"version {status.Target.Number} did not get {Count(status.Progress + 1)} healthy within {service.Spec.Rollout.ProgressDeadline}: back to version {stable.Number}";
        state.Warn(service.Key, "RolledBack", message);
        state.Put(service with
        {
            Status = status with { Target = stable, Rejected = status.Target, Phase = ServicePhase.RollingBack, Message = message, ProgressDeadline = null, Progress = 0 },
        });

        static string Count(int n) => n == 1 ? "one replica" : $"{n} replicas";
    }

    private void Remove(Service service)
    {
        var owned = state.Indexes.TasksOf(service.Key);
        foreach (var task in owned.Where(t => t.Status.Phase is not TaskPhase.Stopping || t.Status.Then is not StopThen.Remove).ToList())
        {
            tasks.Stop(task, StopThen.Remove, "Deleted", "its service is being deleted");
        }

        if (state.Indexes.TasksOf(service.Key).Count == 0)
        {
            state.Remove(service.Key);
            state.Emit(service.Key, "Deleted", "it was deleted");
        }
    }

    // Takes up a changed spec: a new template is a new version.
    private Service Observe(Service service)
    {
        if (service.Status is not { } status)
        {
            service = service with { Status = First(service) };
            state.Put(service);
            state.Emit(service.Key, "Submitted", $"{service.WantedReplicas()} replicas wait for a place in queue {service.Spec.Queue}");
            return state.Service(service.Name)!;
        }

        if (status.ObservedGeneration == service.Generation)
        {
            return service;
        }

        var wanted = new ServiceVersion { Number = status.LastVersion + 1, Template = service.Spec.ToTemplate(), Health = service.Spec.Health };
        status = status with { ObservedGeneration = service.Generation, Message = null };
        if (!SameVersion(status.Target, wanted) && !(status.Rejected is { } rejected && SameVersion(rejected, wanted)))
        {
            var again = status.Stable is { } stable && SameVersion(stable, wanted);
            status = status with
            {
                Target = again ? status.Stable! : wanted,
                Rejected = null,
                LastVersion = again ? status.LastVersion : wanted.Number,
                ProgressDeadline = again || status.Stable is null ? null : state.Now + service.Spec.Rollout.ProgressDeadline.TimeSpan,
                Progress = 0,
            };
            state.Emit(service.Key, "Rollout", $"version {status.Target.Number} replaces the running one");
        }

        state.Put(service with { Status = status });
        return state.Service(service.Name)!;
    }

    private static ServiceStatus First(Service service) => new()
    {
        Phase = ServicePhase.Starting,
        Target = new() { Number = 1, Template = service.Spec.ToTemplate(), Health = service.Spec.Health },
        LastVersion = 1,
        ObservedGeneration = service.Generation,
    };

    private static bool SameVersion(ServiceVersion a, ServiceVersion b) =>
        ModelEquality.Same(a.Template, b.Template) && ModelEquality.Same(a.Health, b.Health);

    private void Create(Service service, int index)
    {
        var version = service.Status!.Target;
        state.Put(new TaskResource
        {
            Name = $"{service.Name}.v{version.Number}.{index}",
            Labels = service.Labels,
            Spec = new()
            {
                Service = service.Name,
                Version = version.Number,
                Index = index,
                Rank = index,
                Profile = service.Spec.Profile,
                Queue = service.Spec.Queue,
                Priority = service.Spec.Priority,
                Template = version.Template,
                Health = version.Health,
            },
            Status = new() { Phase = TaskPhase.Pending, Reason = "New", Message = "it waits for a place", Since = state.Now },
        });
    }

    // Says how the service stands, and whether its rollout got on, is done, or is none.
    private void Judge(Service service)
    {
        var owned = state.Indexes.TasksOf(service.Key);
        var replicas = new ReplicaSet(state, service);
        var status = service.Status!;
        var ready = replicas.FreshReady;
        var done = ready >= service.WantedReplicas() && !replicas.HasOld;
        var proven = status.Stable?.Number == status.Target.Number;
        if (done && service.WantedReplicas() == 0)
        {
            status = status with { ProgressDeadline = null, Progress = 0 }; // Nothing runs that could show whether the version is good.
        }
        else if (done && !proven)
        {
            state.Emit(service.Key, "RolledOut", $"version {status.Target.Number} is healthy with {ready} replicas");
            status = status with { Stable = status.Target, ProgressDeadline = null, Progress = 0, Message = null };
        }
        else if (!proven && status.Stable is not null && (status.ProgressDeadline is null || ready > status.Progress))
        {
            status = status with { Progress = ready, ProgressDeadline = state.Now + service.Spec.Rollout.ProgressDeadline.TimeSpan };
        }

        var phase = status switch
        {
            _ when done => ServicePhase.Healthy,
            { Phase: ServicePhase.RollingBack } when replicas.HasOld => ServicePhase.RollingBack,
            { Stable: null } => ServicePhase.Starting,
            _ when status.Stable.Number != status.Target.Number => ServicePhase.Rolling,
            _ => ServicePhase.Degraded,
        };
        status = status with { Phase = phase, Tasks = owned.Counts };
        if (status != service.Status)
        {
            state.Put(service with { Status = status });
        }
    }
}
