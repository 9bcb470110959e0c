using System.Collections.Concurrent;

namespace Datahall.Gateway.Observing;

/// <summary>Counts of a route. Thread-safe.</summary>
internal sealed class RouteStats
{
    /// <summary>How many places each count has, to be written by different lanes.</summary>
    public const int Stripes = 4;

    private const int Line = 16; // 128 bytes: two cache lines, for neighbours are fetched together.
    private const int StatusClasses = 5;

    private readonly long[] arrived = new long[Stripes * Line];
    private readonly long[] answered = new long[Stripes * Line];
    private readonly ConcurrentDictionary<string, Counter> refusals = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, VersionStats> versions = new();
    private long retries;
    private long hedges;
    private long mirrored;
    private long bytesIn;
    private long bytesOut;

    /// <summary>Requests that came in.</summary>
    public long Arrived => Sum(arrived, 0);

    /// <summary>Requests that were sent once more.</summary>
    public long Retries => Volatile.Read(ref retries);

    /// <summary>Requests that were sent to a second replica for slowness.</summary>
    public long Hedges => Volatile.Read(ref hedges);

    /// <summary>Copies that were sent to a shadow.</summary>
    public long Mirrored => Volatile.Read(ref mirrored);

    /// <summary>Bytes of requests' bodies.</summary>
    public long BytesIn => Volatile.Read(ref bytesIn);

    /// <summary>Bytes of answers' bodies.</summary>
    public long BytesOut => Volatile.Read(ref bytesOut);

    /// <summary>Refusals by reason.</summary>
    public IEnumerable<(string Reason, long Count)> Refusals => refusals.Select(static pair => (pair.Key, pair.Value.Read()));

    /// <summary>Versions that had traffic.</summary>
    public IEnumerable<VersionStats> Versions => versions.Values;

    public VersionStats Of(int version) => versions.GetOrAdd(version, static number => new(number));

    /// <summary>Forgets versions that have gone.</summary>
    public void Keep(IEnumerable<int> live)
    {
        foreach (var gone in versions.Keys.Except(live))
        {
            versions.TryRemove(gone, out _);
        }
    }

    public void OnArrived(int stripe) => Interlocked.Increment(ref arrived[stripe % Stripes * Line]);

    public void OnAnswered(int stripe, int status) =>
        Interlocked.Increment(ref answered[(stripe % Stripes * Line) + Math.Clamp((status / 100) - 1, 0, StatusClasses - 1)]);

    public void OnBytes(long requestBytes, long answerBytes)
    {
        Interlocked.Add(ref bytesIn, requestBytes);
        Interlocked.Add(ref bytesOut, answerBytes);
    }

    public void OnRetry() => Interlocked.Increment(ref retries);

    public void OnHedge() => Interlocked.Increment(ref hedges);

    public void OnMirrored() => Interlocked.Increment(ref mirrored);

    public void OnRefused(string reason) => refusals.GetOrAdd(reason, static _ => new()).Increment();

    /// <summary>Answers of a class of status codes, 1 to 5, those of the gateway itself included.</summary>
    public long Answered(int statusClass) => Sum(answered, statusClass - 1);

    private static long Sum(long[] counts, int offset)
    {
        var sum = 0L;
        for (var i = 0; i < Stripes; i++)
        {
            sum += Volatile.Read(ref counts[(i * Line) + offset]);
        }

        return sum;
    }

    private sealed class Counter
    {
        private long count;

        public void Increment() => Interlocked.Increment(ref count);

        public long Read() => Volatile.Read(ref count);
    }
}
