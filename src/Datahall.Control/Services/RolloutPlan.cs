using Datahall.Model;

namespace Datahall.Control.Services;

/// <summary>What a rollout's spec comes to: its steps, and how many replicas of which version each of them wants.</summary>
internal static class RolloutPlan
{
    /// <summary>The steps of a strategy; none when a new version replaces the old one right away.</summary>
    public static IReadOnlyList<RolloutStep> Steps(RolloutSpec spec) => spec.Strategy switch
    {
        RolloutStrategy.Rolling => [],
        RolloutStrategy.BlueGreen => [.. spec.Steps.Select(static step => step with { Weight = 0 }), new() { Weight = 100, Hold = spec.KeepOld }],
        _ => spec.Steps,
    };

    /// <summary>The step that a service's rollout is in; null when it is in none.</summary>
    public static RolloutStep? StepOf(Service service) =>
        service.Status is { Rollout: { Stage: RolloutStage.Stepping } rollout } && Steps(service.Spec.Rollout) is var steps && rollout.Step <= steps.Count
            ? steps[rollout.Step - 1]
            : null;

    /// <summary>How many replicas of which version a service is to have now.</summary>
    public static ReplicaGoal GoalOf(Service service)
    {
        var (wanted, spec, status) = (service.WantedReplicas(), service.Spec.Rollout, service.Status!);
        if (StepOf(service) is not { } step || status.Stable is not { } stable)
        {
            return new(wanted, wanted + spec.MaxSurge, [new(status.Target, wanted)]);
        }

        var fresh = spec.Strategy is RolloutStrategy.BlueGreen ? wanted : Math.Min(wanted, Math.Max(1, Share(wanted, step.Weight)));
        return spec.Strategy is RolloutStrategy.Canary
            ? new(wanted, wanted + spec.MaxSurge, [new(stable, Math.Min(Share(wanted, 100 - step.Weight), wanted + spec.MaxSurge - fresh)), new(status.Target, fresh)])
            : new(wanted, wanted + spec.MaxSurge + fresh, [new(stable, wanted), new(status.Target, fresh)]);
    }

    /// <summary>What the new version gets of the requests (or of the copies) in a step, in per cent.</summary>
    /// <param name="service">The service.</param>
    /// <param name="step">The step.</param>
    /// <param name="ready">How many replicas of the new version are ready.</param>
    /// <param name="others">How many replicas of other versions are ready and serve.</param>
    /// <remarks>
    /// A share grows with the replicas, so that none of them gets more than its part: until the step's replicas are ready a canary gets
    /// min(weight, 100 · ready / (ready + others)), and a shadow copies of min(weight, 100 · ready / others).
    /// </remarks>
    public static int Weight(Service service, RolloutStep step, int ready, int others)
    {
        if (ready == 0)
        {
            return 0;
        }

        if (service.Spec.Rollout.Strategy is RolloutStrategy.BlueGreen)
        {
            return service.Status!.Rollout!.Since is null ? 0 : step.Weight;
        }

        if (ready >= GoalOf(service).Of(service.Status!.Target.Number))
        {
            return step.Weight;
        }

        var whole = service.Spec.Rollout.Strategy is RolloutStrategy.Shadow ? Math.Max(others, 1) : ready + others;
        return (int)Math.Min(step.Weight, 100L * ready / whole);
    }

    private static int Share(int replicas, int percent) => (int)((((long)replicas * percent) + 99) / 100);
}

/// <summary>How many replicas a service is to have.</summary>
/// <param name="Replicas">How many are to serve.</param>
/// <param name="Most">How many there may be, those that are stopping not counted.</param>
/// <param name="Versions">How many of which version, the most important first; of others none.</param>
internal sealed record ReplicaGoal(int Replicas, int Most, IReadOnlyList<VersionGoal> Versions)
{
    /// <summary>How many of a version.</summary>
    public int Of(int version) => Versions.FirstOrDefault(goal => goal.Version.Number == version)?.Replicas ?? 0;
}

/// <summary>How many replicas there are to be of a version.</summary>
internal sealed record VersionGoal(ServiceVersion Version, int Replicas);
