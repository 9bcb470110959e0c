using Datahall.Control.Core;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Services;

/// <summary>Keeps a service at its wanted number of healthy replicas of its wanted version.</summary>
internal sealed class ServiceLifecycle(CoreState state, TaskLifecycle tasks, ReplicaCare care, Rollouts rollouts)
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

        care.Look(Observe(service));
        service = Divide(rollouts.Advance(state.Service(name)!));
        var replicas = new ReplicaSet(state, service);
        foreach (var (version, index) in replicas.Missing())
        {
            Create(service, version, index);
        }

        var goal = RolloutPlan.GoalOf(service);
        foreach (var replica in replicas.Superfluous())
        {
            tasks.Stop(replica, StopThen.Remove, "Replaced", goal.Of(replica.Spec.Version) > 0 || replica.Spec.Version == service.Status!.Target.Number
                ? "the replica is not wanted any more"
                : $"version {service.Status!.Target.Number} replaces version {replica.Spec.Version}");
        }

        Judge(service);
    }

    /// <summary>Deletes a service once its replicas have stopped.</summary>
    public void Delete(Service service)
    {
        var status = service.Status ?? First(service);
        state.Put(service with { Status = status with { Phase = ServicePhase.Stopping, Message = "it is being deleted", ProgressDeadline = null, Rollout = null } });
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
        var same = SameVersion(status.Target, wanted) || (status.Rejected is { } rejected && SameVersion(rejected, wanted));
        var next = same ? rollouts.Adapt(status, service.Spec) : TakeUp(service, wanted);
        state.Put(service with { Status = next with { ObservedGeneration = service.Generation, Message = null, Scaling = service.Spec.Autoscale is null ? null : next.Scaling } });
        return state.Service(service.Name)!;
    }

    // Another template: a new version, or back to the stable one.
    private ServiceStatus TakeUp(Service service, ServiceVersion wanted)
    {
        var status = service.Status!;
        var again = status.Stable is { } stable && SameVersion(stable, wanted);
        var target = again ? status.Stable! : wanted;
        if (!TrafficSplit.Serves(service, status.Target.Number))
        {
            // It never had requests of its own, and will have none.
            foreach (var replica in state.Indexes.TasksOf(service.Key).Where(task => task.Spec.Version == status.Target.Number && task.Status.Phase is not TaskPhase.Stopping).ToList())
            {
                tasks.Stop(replica, StopThen.Remove, "Replaced", $"version {target.Number} replaces version {replica.Spec.Version}");
            }
        }

        state.Emit(service.Key, "Rollout", $"version {target.Number} replaces the running one");
        var rollout = again || status.Stable is null ? null : rollouts.Begin(service.Spec);
        return status with
        {
            Target = target,
            Rejected = null,
            Rollout = rollout,
            Split = rollout is { Stage: RolloutStage.Stepping } ? status.Split
                : again && status.Rollout is { Stage: RolloutStage.Stepping } ? [new() { Version = target.Number, Weight = 100 }]
                : [],
            LastVersion = again ? status.LastVersion : wanted.Number,
            ProgressDeadline = again || status.Stable is null ? null : state.Now + service.Spec.Rollout.ProgressDeadline.TimeSpan,
            Progress = 0,
        };
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

    // What each version gets of the requests while a rollout goes through its steps.
    private Service Divide(Service service)
    {
        if (RolloutPlan.StepOf(service) is not { } step || TrafficSplit.Of(service, step, new(state, service)) is not { } split || split.SequenceEqual(service.Status!.Split))
        {
            return service;
        }

        state.Put(service with { Status = service.Status with { Split = split } });
        return state.Service(service.Name)!;
    }

    private void Create(Service service, ServiceVersion version, int index) => state.Put(new TaskResource
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

    // Says how the service stands, and whether its rollout got on, is done, or is none.
    private void Judge(Service service)
    {
        var owned = state.Indexes.TasksOf(service.Key);
        var replicas = new ReplicaSet(state, service);
        var goal = RolloutPlan.GoalOf(service);
        var ready = replicas.FreshReady(service.Status!.Target.Number);
        var complete = ready >= goal.Of(service.Status.Target.Number);
        var done = complete && !replicas.HasOld && RolloutPlan.StepOf(service) is null;
        var status = goal.Replicas == 0 ? service.Status with { ProgressDeadline = null, Progress = 0 } // Nothing runs that could show whether the version is good.
            : done ? Done(service, ready)
            : Progress(service, ready, complete);
        status = status with { Phase = PhaseOf(status, done || goal.Replicas == 0, replicas), Tasks = owned.Counts };
        if (status != service.Status)
        {
            state.Put(service with { Status = status });
        }
    }

    private ServiceStatus Done(Service service, int ready)
    {
        var status = service.Status! with { Rollout = null, Split = service.Status.Split.Count == 0 ? service.Status.Split : [] };
        if (status.Stable?.Number == status.Target.Number)
        {
            return status;
        }

        state.Emit(service.Key, "RolledOut", $"version {status.Target.Number} is healthy with {ready} replicas");
        return status with { Stable = status.Target, ProgressDeadline = null, Progress = 0, Message = null };
    }

    // The deadline runs while replicas of the new version are missing, and anew with each that comes.
    private ServiceStatus Progress(Service service, int ready, bool complete)
    {
        var status = service.Status!;
        if (status.Stable is null || status.Stable.Number == status.Target.Number)
        {
            return status;
        }

        return complete && status.Rollout is { Stage: RolloutStage.Stepping } ? status with { Progress = ready, ProgressDeadline = null }
            : status.ProgressDeadline is null || ready > status.Progress ? status with { Progress = ready, ProgressDeadline = state.Now + service.Spec.Rollout.ProgressDeadline.TimeSpan }
            : status;
    }

    private static ServicePhase PhaseOf(ServiceStatus status, bool done, ReplicaSet replicas) => status switch
    {
        _ when done => ServicePhase.Healthy,
        { Phase: ServicePhase.RollingBack } when replicas.HasOld => ServicePhase.RollingBack,
        { Stable: null } => ServicePhase.Starting,
        _ when status.Stable.Number != status.Target.Number => ServicePhase.Rolling,
        _ => ServicePhase.Degraded,
    };
}
