using Datahall.Model.Traffic;

namespace Datahall.Control.Traffic;

/// <summary>What the gateways together saw of a service in a time.</summary>
public sealed class ServiceLoad
{
    private readonly SortedDictionary<int, VersionLoad> versions = [];
    private readonly Dictionary<ReplicaAttempt, AnswerCounts> replicas = [];
    private double inFlightSeconds;
    private double waitingSeconds;

    /// <summary>How much of the time is known, in seconds; 0: no gateway reported, and nothing below says anything.</summary>
    public double Seconds { get; private set; }

    /// <summary>Requests that came in.</summary>
    public long Arrived { get; private set; }

    /// <summary>Requests that were turned away with 429 or 503 before they reached a replica.</summary>
    public long Shed { get; private set; }

    /// <summary>Requests that came in a second, the ones turned away included.</summary>
    public double RequestsPerSecond => PerSecond(Arrived);

    /// <summary>Requests turned away a second.</summary>
    public double ShedPerSecond => PerSecond(Shed);

    /// <summary>The mean number of requests at replicas.</summary>
    public double InFlight => PerSecond(inFlightSeconds);

    /// <summary>The mean number of requests that waited at gateways.</summary>
    public double Waiting => PerSecond(waitingSeconds);

    /// <summary>By version number; one that is not there had no answers.</summary>
    public IReadOnlyDictionary<int, VersionLoad> Versions => versions;

    /// <summary>By replica and attempt.</summary>
    internal IReadOnlyDictionary<ReplicaAttempt, AnswerCounts> Replicas => replicas;

    /// <summary>What was seen of a version.</summary>
    public VersionLoad Of(int version) => versions.GetValueOrDefault(version) ?? new();

    internal void Add(TrafficSlice slice, double seconds, string service)
    {
        Seconds += seconds;
        if (slice.Find(service) is not { } tally)
        {
            return;
        }

        Arrived += tally.Arrived;
        Shed += tally.Shed;
        inFlightSeconds += tally.InFlightSeconds;
        waitingSeconds += tally.WaitingSeconds;
        foreach (var (version, counts) in tally.Versions)
        {
            if (!versions.TryGetValue(version, out var load))
            {
                versions[version] = load = new();
            }

            load.Add(counts);
        }

        foreach (var (replica, counts) in tally.Replicas)
        {
            replicas[replica] = replicas.GetValueOrDefault(replica) + counts;
        }
    }

    private double PerSecond(double count) => Seconds > 0 ? count / Seconds : 0;
}

/// <summary>What the gateways together saw of one version in a time.</summary>
public sealed class VersionLoad
{
    private readonly long[] latency = new long[LatencyHistogram.Buckets];

    /// <summary>How many answers.</summary>
    public AnswerCounts Answers { get; private set; }

    /// <summary>The latency that a share of the answers without failures did not exceed, in seconds; 0 without any.</summary>
    /// <param name="quantile">The share, 0 to 1.</param>
    public double LatencySeconds(double quantile) => LatencyHistogram.Quantile(latency, quantile);

    internal void AddLatencies(Span<long> counts)
    {
        for (var i = 0; i < latency.Length; i++)
        {
            counts[i] += latency[i];
        }
    }

    internal void Add(VersionTally tally)
    {
        Answers += tally.Answers;
        tally.Latency.AddTo(latency);
    }
}

/// <summary>How many answers were failures and how many were not.</summary>
/// <param name="Succeeded">Answers that were no failures.</param>
/// <param name="Failed">Answers with 5xx, time-outs and broken connections.</param>
public readonly record struct AnswerCounts(long Succeeded, long Failed)
{
    /// <summary>All answers.</summary>
    public long Total => Succeeded + Failed;

    /// <summary>The share of failures, 0 to 1; 0 without answers.</summary>
    public double ErrorRate => Total == 0 ? 0 : (double)Failed / Total;

    /// <summary>Both together.</summary>
    public static AnswerCounts operator +(AnswerCounts a, AnswerCounts b) => new(a.Succeeded + b.Succeeded, a.Failed + b.Failed);

    /// <summary>The first without the second.</summary>
    public static AnswerCounts operator -(AnswerCounts a, AnswerCounts b) => new(a.Succeeded - b.Succeeded, a.Failed - b.Failed);
}
