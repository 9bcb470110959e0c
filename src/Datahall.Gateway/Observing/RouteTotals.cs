using Datahall.Gateway.Dispatch;
using Datahall.Model.Traffic;

namespace Datahall.Gateway.Observing;

/// <summary>The counts of a route at a moment, since the gateway started.</summary>
/// <remarks>What is counted is told apart by the object that counts, not by name: a version or a replica that went and came again begins anew.</remarks>
internal sealed class RouteTotals
{
    private long arrived;
    private long shed;
    private IReadOnlyDictionary<VersionStats, VersionTotals> versions = new Dictionary<VersionStats, VersionTotals>();
    private IReadOnlyDictionary<Replica, ReplicaTraffic> replicas = new Dictionary<Replica, ReplicaTraffic>();

    public static RouteTotals None { get; } = new();

    public static RouteTotals Of(Route route, long now) => new()
    {
        arrived = route.Stats.Arrived,
        shed = route.Stats.Refusals.Where(static refusal => Turned(refusal.Reason)).Sum(static refusal => refusal.Count),
        versions = route.Stats.Versions.ToDictionary(static version => version, static version => version.Read()),
        replicas = route.Replicas.Concat(route.Leaving.Where(static replica => replica.InFlight > 0))
            .DistinctBy(static replica => (replica.Name, replica.Config.Attempt))
            .ToDictionary(static replica => replica, replica => Of(replica, now)),
    };

    /// <summary>What happened since an earlier moment.</summary>
    public ServiceTraffic Since(RouteTotals before) => new()
    {
        Service = "",
        Arrived = arrived - before.arrived,
        Shed = shed - before.shed,
        Versions = [.. versions.Select(version => Since(version.Key.Version, version.Value, before.versions.GetValueOrDefault(version.Key) ?? new()))],
        Replicas = [.. replicas.Select(replica => Since(replica.Value, before.replicas.GetValueOrDefault(replica.Key)))],
    };

    private static ReplicaTraffic Of(Replica replica, long now) => new()
    {
        Task = replica.Name,
        Attempt = replica.Config.Attempt,
        Succeeded = replica.Succeeded,
        Failed = replica.Failed,
        InFlight = Math.Max(0, replica.InFlight),
        OutSeconds = replica.Health.OutSeconds(now),
        Why = replica.Health.Why,
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
