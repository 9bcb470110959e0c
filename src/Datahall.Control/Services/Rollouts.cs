using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Services;

/// <summary>Takes new versions of services through their rollouts: step by step, on to the end, or back.</summary>
internal sealed class Rollouts(CoreState state, RolloutJudge judge)
{
    /// <summary>How a rollout of the service's target version begins.</summary>
    public RolloutStatus Begin(ServiceSpec spec)
    {
        var steps = RolloutPlan.Steps(spec.Rollout).Count;
        return new()
        {
            Strategy = spec.Rollout.Strategy,
            Stage = steps > 0 ? RolloutStage.Stepping : RolloutStage.Finishing,
            Step = steps > 0 ? 1 : 0,
            Steps = steps,
            Started = state.Now,
        };
    }

    /// <summary>What becomes of a rollout in progress when the spec changes and the version stays.</summary>
    public ServiceStatus Adapt(ServiceStatus status, ServiceSpec spec)
    {
        if (status.Rollout is not { Stage: RolloutStage.Stepping } rollout)
        {
            return status;
        }

        var steps = RolloutPlan.Steps(spec.Rollout).Count;
        var next = rollout.Strategy != spec.Rollout.Strategy ? Begin(spec) with { Started = rollout.Started }
            : rollout.Step > steps ? Finish(rollout) with { Step = steps, Steps = steps }
            : rollout with { Steps = steps, CheckAt = rollout.Since is null ? null : state.Now };
        return status with { Rollout = next, Split = next.Stage is RolloutStage.Finishing ? [] : status.Split };
    }

    /// <summary>Brings a rollout as far as replicas, traffic and time allow.</summary>
    public Service Advance(Service service)
    {
        var status = service.Status!;
        if (status.Stable is null || status.Stable.Number == status.Target.Number)
        {
            return service;
        }

        if (status.ProgressDeadline <= state.Now && new ReplicaSet(state, service).FreshReady(status.Target.Number) <= status.Progress)
        {
            var wanted = status.Progress == 0 ? "one replica" : $"{status.Progress + 1} replicas";
            return Return(service, $"version {status.Target.Number} did not get {wanted} healthy within {service.Spec.Rollout.ProgressDeadline}{Obstacle(service)}");
        }

        bool moved;
        do
        {
            (service, moved) = Step(service);
        }
        while (moved);

        return service;
    }

    /// <summary>Somebody promotes the new version: to its next step, or past all of them.</summary>
    public Outcome Take(PromoteRollout input)
    {
        if (Find(input.Service, out var refusal) is not { Status: { } status } service)
        {
            return refusal!;
        }

        var name = service.Name;
        if (status.Rollout is not { Stage: RolloutStage.Stepping } rollout || RolloutPlan.StepOf(service) is not { } step)
        {
            return Conflict(name, $"version {status.Target.Number} is past its steps already and replaces the replicas of version {status.Stable!.Number}");
        }

        if ((input.Version ?? status.Target.Number) != status.Target.Number || (input.Step ?? rollout.Step) != rollout.Step)
        {
            return Conflict(name, $"it is at step {rollout.Step} of version {status.Target.Number} by now: look at 'datahall rollout status {name}' and promote again");
        }

        // Only a canary or a shadow may be cut short before its replicas stand: what follows replaces replica by replica.
        var ready = new ReplicaSet(state, service).FreshReady(status.Target.Number);
        var needed = RolloutPlan.GoalOf(service).Of(status.Target.Number);
        if (ready < needed && !(input.All && rollout.Strategy is not RolloutStrategy.BlueGreen))
        {
            return Conflict(name, $"{ready} of {needed} replicas of version {status.Target.Number} are ready: promote it when all are{(rollout.Strategy is RolloutStrategy.BlueGreen ? "" : ", or with --all")}");
        }

        state.Emit(service.Key, "Promoted", $"by hand: {StepName(rollout)} ({step.Weight} %) is over{(input.All ? ", and so are all that follow" : "")}");
        return Changed(service, Enter(service, input.All ? rollout.Steps + 1 : rollout.Step + 1));
    }

    /// <summary>Somebody sends the new version back.</summary>
    public Outcome Take(AbortRollout input) => Find(input.Service, out var refusal) is { } service
        ? Changed(service, Return(service, $"version {service.Status!.Target.Number} was aborted by hand"))
        : refusal!;

    private Service? Find(string name, out Refused? refusal)
    {
        refusal = null;
        if (state.Service(name) is not { } service)
        {
            refusal = new Refused(RefusalKind.NotFound, [new(new(ResourceKinds.Service, name), null, "there is no such service")]);
            return null;
        }

        if (service.Status is { Stable: { } stable, Phase: not ServicePhase.Stopping } status && stable.Number != status.Target.Number)
        {
            return service;
        }

        refusal = Conflict(name, service.Status is { Stable: null } ? "its first version is still starting: there is none to go back to" : "no rollout is in progress");
        return null;
    }

    // One thing at a time: whether the step came into force, is over, or the version has to go.
    private (Service Service, bool Moved) Step(Service service)
    {
        var status = service.Status!;
        if (status.Rollout is not { Stage: RolloutStage.Stepping } rollout || RolloutPlan.StepOf(service) is not { } step)
        {
            return (service, false);
        }

        var needed = RolloutPlan.GoalOf(service).Of(status.Target.Number);
        if (needed == 0) // Nothing runs that could show whether the version is good.
        {
            return (Rest(service, rollout with { Since = null, CheckAt = null }, $"{StepName(rollout)} waits for replicas: none are wanted"), false);
        }

        var ready = new ReplicaSet(state, service).FreshReady(status.Target.Number);
        if (ready < needed)
        {
            // Once they are, the step is looked at at once; until then only their deadline counts.
            return (Rest(service, rollout with { CheckAt = null }, $"{StepName(rollout)}: {ready} of {needed} replicas of version {status.Target.Number} are ready{Obstacle(service)}"), false);
        }

        if (rollout.Since is not { } since)
        {
            state.Emit(service.Key, "RolloutStep", Describe(service, step));
            return (Rest(service, rollout with { Since = state.Now, CheckAt = NextLook(service, step, state.Now) }, Describe(service, step)), false);
        }

        return rollout.CheckAt > state.Now ? (service, false) : Look(service, rollout, step, since);
    }

    private (Service Service, bool Moved) Look(Service service, RolloutStatus rollout, RolloutStep step, DateTimeOffset since)
    {
        Verdict? verdict = Judges(service, step) ? judge.Judge(service, state.Now - since) : null;
        if (verdict is { Kind: VerdictKind.Bad } bad)
        {
            return (Return(service, bad.Message), false);
        }

        var message = verdict is { } judged ? $"{Describe(service, step)}; {judged.Message}" : Describe(service, step);
        var end = since + step.Hold.TimeSpan;
        if (step.Pause || state.Now < end)
        {
            return (Rest(service, rollout with { CheckAt = NextLook(service, step, since) }, message), false);
        }

        if (verdict is { Kind: VerdictKind.Unknown } unknown)
        {
            if (service.Spec.Rollout.Analysis!.Patience is not { } patience || state.Now < end + patience.TimeSpan)
            {
                return (Rest(service, rollout with { CheckAt = NextLook(service, step, since) }, message), false);
            }

            state.Warn(service.Key, "NotJudged", $"{StepName(rollout)} goes on unjudged: {unknown.Message}");
        }

        return (Enter(service, rollout.Step + 1), true);
    }

    // A blueGreen version that has no requests yet gives no answers to judge.
    private static bool Judges(Service service, RolloutStep step) => service.Spec.Rollout.Analysis is not null && step.Weight > 0;

    private DateTimeOffset? NextLook(Service service, RolloutStep step, DateTimeOffset since)
    {
        DateTimeOffset? end = step.Pause || since + step.Hold.TimeSpan <= state.Now ? null : since + step.Hold.TimeSpan;
        if (!Judges(service, step))
        {
            return end;
        }

        var next = state.Now + service.Spec.Rollout.Analysis!.Interval.TimeSpan;
        return end < next ? end : next;
    }

    // The next step, or after the last one the replacement of what is left of the old version.
    private Service Enter(Service service, int step)
    {
        var status = service.Status!;
        var rollout = status.Rollout!;
        if (step <= rollout.Steps)
        {
            return Put(service, status with { Rollout = rollout with { Step = step, Since = null, CheckAt = null } });
        }

        var message = $"version {status.Target.Number} replaces version {status.Stable!.Number}";
        state.Emit(service.Key, "Promoted", message);
        return Put(service, status with
        {
            Rollout = Finish(rollout),
            Split = rollout.Strategy is RolloutStrategy.BlueGreen ? [new() { Version = status.Target.Number, Weight = 100 }] : [],
            Message = message,
        });
    }

    private static RolloutStatus Finish(RolloutStatus rollout) => rollout with { Stage = RolloutStage.Finishing, Since = null, CheckAt = null };

    // The stable version comes back. Requests that were divided go to it at once; where all replicas got them alike, ready ones go on until they are replaced.
    private Service Return(Service service, string why)
    {
        var status = service.Status!;
        var stable = status.Stable!;
        var message = $"{why}: back to version {stable.Number}";
        state.Warn(service.Key, "RolledBack", message);
        return Put(service, status with
        {
            Target = stable,
            Rejected = status.Target,
            Phase = ServicePhase.RollingBack,
            Message = message,
            Rollout = null,
            Split = status.Rollout is { Stage: RolloutStage.Stepping } ? [new() { Version = stable.Number, Weight = 100 }] : [],
            ProgressDeadline = null,
            Progress = 0,
        });
    }

    private Service Rest(Service service, RolloutStatus rollout, string message)
    {
        var status = service.Status! with { Rollout = rollout, Message = message };
        return status == service.Status ? service : Put(service, status);
    }

    private Service Put(Service service, ServiceStatus status)
    {
        state.Put(service with { Status = status });
        return state.Service(service.Name)!;
    }

    private static string Describe(Service service, RolloutStep step)
    {
        var (status, rollout) = (service.Status!, service.Status!.Rollout!);
        var (fresh, old) = (status.Target.Number, status.Stable!.Number);
        var what = (rollout.Strategy, step.Weight) switch
        {
            (RolloutStrategy.Shadow, var weight) => $"version {fresh} gets copies of {weight} % of the requests",
            (RolloutStrategy.BlueGreen, 0) => $"version {fresh} stands beside version {old} and gets no requests yet",
            (RolloutStrategy.BlueGreen, _) => $"version {fresh} gets all requests, version {old} is kept",
            (_, var weight) => $"version {fresh} gets {weight} % of the requests",
        };
        return $"{StepName(rollout)}: {what}{(step.Pause ? $", until 'datahall rollout promote {service.Name}'" : $", for {step.Hold}")}";
    }

    private static string StepName(RolloutStatus rollout) => $"step {rollout.Step} of {rollout.Steps}";

    // Why the new version's replicas do not come, when one of them says so.
    private string Obstacle(Service service) =>
        state.Indexes.TasksOf(service.Key).FirstOrDefault(task => task.Spec.Version == service.Status!.Target.Number && task.Status is { Phase: TaskPhase.Pending, Message: not null }) is { } task
            ? $" ({task.Name}: {task.Status.Message})"
            : "";

    private static Accepted Changed(Service before, Service after) => new([new(before.Key, ChangeAction.Configured, before, after)]);

    private static Refused Conflict(string service, string message) => new(RefusalKind.Conflict, [new(new(ResourceKinds.Service, service), null, message)]);
}
