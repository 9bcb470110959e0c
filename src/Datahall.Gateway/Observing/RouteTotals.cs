using Datahall.Gateway.Dispatch;
using Datahall.Model.Traffic;

namespace Datahall.Gateway.Observing;

/// <summary>The counts of a route at a moment, since the gateway started.</summary>
internal sealed class RouteTotals
{
    private long arrived;
    private long shed;
    private IReadOnlyList<(int Version, VersionTotals Totals)> versions = [];
    private IReadOnlyList<ReplicaTraffic> replicas = [];

    public static RouteTotals None { get; } = new();

    public static RouteTotals Of(Route route, long now) => new()
    {
        arrived = route.Stats.Arrived,
        shed = route.Stats.Refusals.Where(static refusal => Turned(refusal.Reason)).Sum(static refusal => refusal.Count),
        versions = [.. route.Stats.Versions.Select(static version => (version.Version, version.Read()))],
        replicas =
        [
            .. route.Replicas.Concat(route.Leaving.Where(static replica => replica.InFlight > 0)).Select(replica => new ReplicaTraffic
            {
                Task = replica.Name,
                Attempt = replica.Config.Attempt,
                Succeeded = replica.Succeeded,
                Failed = replica.Failed,
                InFlight = replica.InFlight,
                OutSeconds = replica.Health.OutSeconds(now),
                Why = replica.Health.Why,
            }),
        ],
    };

    /// <summary>What happened since an earlier moment.</summary>
    public ServiceTraffic Since(RouteTotals before) => new()
    {
        Service = "",
        Arrived = arrived - before.arrived,
        Shed = shed - before.shed,
        Versions = [.. versions.Select(version => Since(version.Version, version.Totals, before.versions.FirstOrDefault(old => old.Version == version.Version).Totals ?? new()))],
        Replicas = [.. replicas.Select(replica => Since(replica, before.replicas.FirstOrDefault(old => old.Task == replica.Task && old.Attempt == replica.Attempt)))],
    };

    private static VersionTraffic Since(int version, VersionTotals now, VersionTotals before)
    {
        var counts = new long[LatencyHistogram.Buckets];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = now.Latency[i] - before.Latency[i];
        }

        return new() { Version = version, Succeeded = now.Succeeded - before.Succeeded, Failed = now.Failed - before.Failed, Latency = LatencyHistogram.Of(counts) };
    }

    private static ReplicaTraffic Since(ReplicaTraffic now, ReplicaTraffic? before) => before is null
        ? now
        : now with { Succeeded = now.Succeeded - before.Succeeded, Failed = now.Failed - before.Failed };

    // For want of replicas or room; a tenant's own limits are no sign of too few replicas.
    private static bool Turned(string reason) => reason is "queue_full" or "waited_too_long" or "no_replica";
}
