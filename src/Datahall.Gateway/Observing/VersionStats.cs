using Datahall.Model.Traffic;

namespace Datahall.Gateway.Observing;

/// <summary>Counts of the answers of one version of a service. Thread-safe; each stripe is written by one lane mostly, so that they do not fight for memory.</summary>
internal sealed class VersionStats(int version)
{
    private readonly Stripe[] stripes = [.. Enumerable.Range(0, RouteStats.Stripes).Select(_ => new Stripe())];

    public int Version { get; } = version;

    /// <summary>An answer that was no failure.</summary>
    public void Succeeded(int stripe, double seconds)
    {
        var own = stripes[stripe % RouteStats.Stripes];
        Interlocked.Increment(ref own.Succeeded);
        Interlocked.Increment(ref own.Latency[LatencyBuckets.IndexOf(seconds)]);
        Interlocked.Add(ref own.Microseconds, (long)(seconds * 1e6));
    }

    /// <summary>A failure.</summary>
    public void Failed(int stripe) => Interlocked.Increment(ref stripes[stripe % RouteStats.Stripes].Failed);

    /// <summary>The totals since the gateway started.</summary>
    public VersionTotals Read()
    {
        var totals = new VersionTotals();
        foreach (var stripe in stripes)
        {
            totals.Succeeded += Volatile.Read(ref stripe.Succeeded);
            totals.Failed += Volatile.Read(ref stripe.Failed);
            totals.Seconds += Volatile.Read(ref stripe.Microseconds) / 1e6;
            for (var i = 0; i < LatencyHistogram.Buckets; i++)
            {
                totals.Latency[i] += Volatile.Read(ref stripe.Latency[i]);
            }
        }

        return totals;
    }

    private sealed class Stripe
    {
        public long Succeeded;
        public long Failed;
        public long Microseconds;

        public long[] Latency { get; } = new long[LatencyHistogram.Buckets];
    }
}

/// <summary>Totals of a version.</summary>
internal sealed class VersionTotals
{
    public long Succeeded { get; set; }

    public long Failed { get; set; }

    /// <summary>The sum of the latencies of those that were no failures.</summary>
    public double Seconds { get; set; }

    /// <summary>By bucket of <see cref="LatencyHistogram"/>.</summary>
    public long[] Latency { get; } = new long[LatencyHistogram.Buckets];
}
