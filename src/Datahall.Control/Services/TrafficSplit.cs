using Datahall.Model;

namespace Datahall.Control.Services;

/// <summary>What each version of a service gets of its requests.</summary>
internal static class TrafficSplit
{
    /// <summary>Whether a version gets requests whose answers count.</summary>
    public static bool Serves(Service service, int version)
    {
        var split = service.Status!.Split;
        return split.Count == 0 || split.Any(share => share.Version == version && share is { Weight: > 0, Shadow: false });
    }

    /// <summary>The split of a service while it goes through the steps of a rollout.</summary>
    /// <remarks>Versions that served before and are neither kept nor rejected go on doing so until the stable one is strong enough to do without them.</remarks>
    public static IReadOnlyList<TrafficShare> Of(Service service, RolloutStep step, ReplicaSet replicas)
    {
        var status = service.Status!;
        var (stable, target) = (status.Stable!.Number, status.Target.Number);
        var shadow = service.Spec.Rollout.Strategy is RolloutStrategy.Shadow;
        int[] others = [stable, .. replicas.Leftover.Where(version => version != status.Rejected?.Number && Serves(service, version))];
        var weight = RolloutPlan.Weight(service, step, replicas.Ready(target), others.Sum(replicas.Ready));
        return [.. Divide(shadow ? 100 : 100 - weight, others, replicas), new() { Version = target, Weight = weight, Shadow = shadow }];
    }

    // By ready replicas; what rounding leaves goes to the stable version, which comes first.
    private static IEnumerable<TrafficShare> Divide(int weight, int[] versions, ReplicaSet replicas)
    {
        var ready = versions.Sum(replicas.Ready);
        var shares = versions.Select(version => new TrafficShare { Version = version, Weight = ready == 0 ? 0 : weight * replicas.Ready(version) / ready }).ToArray();
        shares[0] = shares[0] with { Weight = shares[0].Weight + weight - shares.Sum(static share => share.Weight) };
        return shares.OrderBy(static share => share.Version);
    }
}
