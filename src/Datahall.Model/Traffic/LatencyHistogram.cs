namespace Datahall.Model.Traffic;

/// <summary>How many answers took how long. Immutable.</summary>
/// <remarks>Bucket i holds what took above 2^((i-1)/4) and at most 2^(i/4) microseconds: 19 % a step. Bucket 0 holds all up to 1 µs, bucket <see cref="Buckets"/> - 1 all above.</remarks>
public sealed record LatencyHistogram
{
    /// <summary>How many buckets there are; the last begins at 68 minutes.</summary>
    public const int Buckets = 129;

    /// <summary>No answers.</summary>
    public static LatencyHistogram Empty { get; } = new();

    /// <summary>The buckets that are not empty, ascending.</summary>
    public IReadOnlyList<int> Bucket { get; init; } = [];

    /// <summary>How many answers are in each of them.</summary>
    public IReadOnlyList<long> Count { get; init; } = [];

    /// <summary>The bucket of a latency in seconds.</summary>
    public static int IndexOf(double seconds) => seconds <= 1e-6 ? 0 : (int)Math.Min(Math.Ceiling(Math.Log2(seconds * 1e6) * 4), Buckets - 1);

    /// <summary>The upper bound of a bucket, in seconds.</summary>
    public static double UpperBound(int bucket) => Math.Pow(2, bucket / 4.0) * 1e-6;

    /// <summary>The buckets of an array of counts.</summary>
    /// <param name="counts">Shape [<see cref="Buckets"/>].</param>
    public static LatencyHistogram Of(ReadOnlySpan<long> counts)
    {
        List<int> bucket = [];
        List<long> count = [];
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                bucket.Add(i);
                count.Add(counts[i]);
            }
        }

        return bucket.Count == 0 ? Empty : new() { Bucket = bucket, Count = count };
    }

    /// <summary>Adds the counts to an array of them.</summary>
    /// <param name="counts">Shape [<see cref="Buckets"/>].</param>
    public void AddTo(Span<long> counts)
    {
        for (var i = 0; i < Math.Min(Bucket.Count, Count.Count); i++)
        {
            if (Bucket[i] >= 0 && Bucket[i] < counts.Length)
            {
                counts[Bucket[i]] += Count[i];
            }
        }
    }

    /// <summary>The latency that a share of the answers did not exceed, in seconds; the upper bound of its bucket; 0 without answers.</summary>
    /// <param name="counts">Shape [<see cref="Buckets"/>].</param>
    /// <param name="quantile">The share, 0 to 1.</param>
    public static double Quantile(ReadOnlySpan<long> counts, double quantile)
    {
        var total = 0L;
        foreach (var count in counts)
        {
            total += count;
        }

        var rank = quantile * total;
        var seen = 0L;
        for (var i = 0; i < counts.Length && total > 0; i++)
        {
            seen += counts[i];
            if (seen >= rank && seen > 0)
            {
                return UpperBound(i);
            }
        }

        return 0;
    }
}
