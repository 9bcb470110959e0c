using Datahall.Model.Traffic;

namespace Datahall.Control.Traffic;

/// <summary>What all gateways together saw in a few seconds.</summary>
/// <param name="index">Which seconds: the number of slices since the beginning of time.</param>
internal sealed class TrafficSlice(long index)
{
    private readonly Dictionary<string, double> gateways = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TrafficTally> services = new(StringComparer.Ordinal);

    public long Index { get; } = index;

    public bool IsEmpty => gateways.Count == 0;

    /// <summary>The time that the reports cover, in seconds: that of the gateway that covers the most.</summary>
    /// <remarks>So a time of which no gateway told counts as unknown, not as one without traffic.</remarks>
    public double Seconds => gateways.Count == 0 ? 0 : gateways.Values.Max();

    /// <summary>The time that the reports of both cover, in seconds.</summary>
    public double SecondsWith(TrafficSlice other) =>
        gateways.Keys.Union(other.gateways.Keys).Select(gateway => gateways.GetValueOrDefault(gateway) + other.gateways.GetValueOrDefault(gateway)).DefaultIfEmpty().Max();

    /// <summary>What was seen of a service; null when it had no traffic.</summary>
    public TrafficTally? Find(string service) => services.GetValueOrDefault(service);

    public void Add(TrafficReport report)
    {
        Cover(report.Gateway, report.Seconds);
        foreach (var service in report.Services)
        {
            Of(service.Service).Add(service, report.Seconds);
        }
    }

    public void Add(TrafficSlice later)
    {
        foreach (var (gateway, seconds) in later.gateways)
        {
            Cover(gateway, seconds);
        }

        foreach (var (service, tally) in later.services)
        {
            Of(service).Add(tally);
        }
    }

    private void Cover(string gateway, double seconds) => gateways[gateway] = gateways.GetValueOrDefault(gateway) + seconds;

    private TrafficTally Of(string service)
    {
        if (!services.TryGetValue(service, out var tally))
        {
            services[service] = tally = new();
        }

        return tally;
    }
}

/// <summary>Counts of one service.</summary>
internal sealed class TrafficTally
{
    private readonly SortedDictionary<int, VersionTally> versions = [];
    private readonly Dictionary<ReplicaAttempt, AnswerCounts> replicas = [];

    public long Arrived { get; private set; }

    public long Shed { get; private set; }

    /// <summary>Requests at replicas times the seconds that they were there.</summary>
    public double InFlightSeconds { get; private set; }

    /// <summary>Requests waiting at gateways times the seconds that they waited.</summary>
    public double WaitingSeconds { get; private set; }

    public IReadOnlyDictionary<int, VersionTally> Versions => versions;

    public IReadOnlyDictionary<ReplicaAttempt, AnswerCounts> Replicas => replicas;

    public void Add(ServiceTraffic traffic, double seconds)
    {
        Count(traffic.Arrived, traffic.Shed, traffic.InFlight * seconds, traffic.Waiting * seconds);
        foreach (var version in traffic.Versions)
        {
            MergeVersion(version.Version, new(new(version.Succeeded, version.Failed), version.Latency));
        }

        foreach (var replica in traffic.Replicas)
        {
            MergeReplica(new(replica.Task, replica.Attempt), new(replica.Succeeded, replica.Failed));
        }
    }

    public void Add(TrafficTally later)
    {
        Count(later.Arrived, later.Shed, later.InFlightSeconds, later.WaitingSeconds);
        foreach (var (version, tally) in later.versions)
        {
            MergeVersion(version, tally);
        }

        foreach (var (replica, counts) in later.replicas)
        {
            MergeReplica(replica, counts);
        }
    }

    private void Count(long arrived, long shed, double inFlightSeconds, double waitingSeconds)
    {
        Arrived += arrived;
        Shed += shed;
        InFlightSeconds += inFlightSeconds;
        WaitingSeconds += waitingSeconds;
    }

    private void MergeVersion(int version, VersionTally later) =>
        versions[version] = versions.TryGetValue(version, out var tally) ? tally + later : later;

    private void MergeReplica(ReplicaAttempt replica, AnswerCounts later) => replicas[replica] = replicas.GetValueOrDefault(replica) + later;
}

/// <summary>Counts of one version; immutable.</summary>
internal sealed record VersionTally(AnswerCounts Answers, LatencyHistogram Latency)
{
    public static VersionTally operator +(VersionTally a, VersionTally b)
    {
        Span<long> latency = stackalloc long[LatencyHistogram.Buckets];
        a.Latency.AddTo(latency);
        b.Latency.AddTo(latency);
        return new(a.Answers + b.Answers, LatencyHistogram.Of(latency));
    }
}

/// <summary>One life of a replica.</summary>
internal readonly record struct ReplicaAttempt(string Task, int Attempt);
