using System.Collections.Concurrent;
using System.Numerics;
using Datahall.Gateway.Balancing;

namespace Datahall.Gateway.Observing;

/// <summary>Counts of a route. Thread-safe.</summary>
internal sealed class RouteStats
{
    private const int Line = CacheLines.Apart / sizeof(long);
    private const int StatusClasses = 5;
    private const int ArrivedAt = 0;
    private const int AnsweredAt = 1;
    private const int BytesInAt = AnsweredAt + StatusClasses;
    private const int BytesOutAt = BytesInAt + 1;

    private readonly long[] counts = new long[(1 + Stripes) * Line]; // The first line is that of the array's length, which all read.
    private readonly ConcurrentDictionary<string, Counter> refusals = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, VersionStats> versions = new();
    private long retries;
    private long hedges;
    private long mirrored;

    /// <summary>How many places each count has, to be written by different lanes.</summary>
    public static int Stripes { get; } = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount, 1, 64));

    /// <summary>Requests that came in.</summary>
    public long Arrived => Sum(ArrivedAt);

    /// <summary>Requests that were sent once more.</summary>
    public long Retries => Volatile.Read(ref retries);

    /// <summary>Requests that were sent to a second replica for slowness.</summary>
    public long Hedges => Volatile.Read(ref hedges);

    /// <summary>Copies that were sent to a shadow.</summary>
    public long Mirrored => Volatile.Read(ref mirrored);

    /// <summary>Bytes of requests' bodies.</summary>
    public long BytesIn => Sum(BytesInAt);

    /// <summary>Bytes of answers' bodies.</summary>
    public long BytesOut => Sum(BytesOutAt);

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

    public void OnArrived(int stripe) => Interlocked.Increment(ref CountOf(stripe, ArrivedAt));

    public void OnAnswered(int stripe, int status) =>
        Interlocked.Increment(ref CountOf(stripe, AnsweredAt + Math.Clamp((status / 100) - 1, 0, StatusClasses - 1)));

    public void OnBytes(int stripe, long requestBytes, long answerBytes)
    {
        Interlocked.Add(ref CountOf(stripe, BytesInAt), requestBytes);
        Interlocked.Add(ref CountOf(stripe, BytesOutAt), answerBytes);
    }

    public void OnRetry() => Interlocked.Increment(ref retries);

    public void OnHedge() => Interlocked.Increment(ref hedges);

    public void OnMirrored() => Interlocked.Increment(ref mirrored);

    public void OnRefused(string reason) => refusals.GetOrAdd(reason, static _ => new()).Increment();

    /// <summary>Answers of a class of status codes, 1 to 5, those of the gateway itself included.</summary>
    public long Answered(int statusClass) => Sum(AnsweredAt + statusClass - 1);

    private ref long CountOf(int stripe, int place) => ref counts[((1 + (stripe % Stripes)) * Line) + place];

    private long Sum(int place)
    {
        var sum = 0L;
        for (var i = 0; i < Stripes; i++)
        {
            sum += Volatile.Read(ref CountOf(i, place));
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
