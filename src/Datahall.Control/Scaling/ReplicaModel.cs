using Datahall.Model.Traffic;

namespace Datahall.Control.Scaling;

/// <summary>What a replica can do, learned from traffic: how long requests take with so many at a replica at once.</summary>
/// <remarks>
/// W(c) = a + b·c: the mean time W that a request spends with c requests at a replica, fitted by least squares in which older time counts less. W comes from
/// Little's law (L = X·W), so that it needs no clock of a request. The wanted quantile is κ·W, with κ measured over the last minutes. The line is exact for
/// servers that decode a batch together or share a processor. Where the load did not vary enough to tell a slope, half of W is taken to go with c.
/// Source of the law: J. D. C. Little, Operations Research 9 (1961).
/// </remarks>
internal sealed class ReplicaModel
{
    private const double HalfLifeSeconds = 900;
    private const double PriorWeight = 0.1;
    private const double PriorSlope = 0.25;
    private const double Reach = 1.3;
    private const double Beyond = 1.5;
    private const double AimSeconds = 1800;
    private const double Margin = 0.9;
    private const double Loaded = 0.5;
    private const double Uneven = 0.25;

    private double weight;
    private double sumC;
    private double sumW;
    private double sumCC;
    private double sumCW;
    private double most;
    private double tailSeconds;
    private double aim = Margin;

    /// <summary>Whether it has learned anything.</summary>
    public bool IsKnown => weight > 0;

    /// <summary>The quantile of latencies over the mean; 1 or more.</summary>
    public double Tail { get; private set; } = 3;

    /// <summary>Learns from a time in which the load was about even.</summary>
    /// <param name="load">Its means.</param>
    /// <param name="time">The mean latency in it, in seconds.</param>
    /// <param name="seconds">How much of it is new, in seconds.</param>
    public void Learn(LoadMeans load, double time, double seconds)
    {
        var isEven = Math.Abs(load.Arrived - load.Answered) <= Uneven * load.Answered;
        if (load.Answered < 10 || load.Ready < 0.5 || !isEven)
        {
            return; // While a backlog grows or shrinks, its times say nothing about those of an even load.
        }

        var concurrency = load.Inside / load.Ready;
        var fade = Math.Pow(0.5, seconds / HalfLifeSeconds);
        most = Math.Max(most * fade, concurrency);
        (weight, sumC, sumW, sumCC, sumCW) = (weight * fade, sumC * fade, sumW * fade, sumCC * fade, sumCW * fade);
        var trust = seconds / (time * time); // Errors count as shares of the time, or a backlog would drown all else.
        weight += trust;
        sumC += trust * concurrency;
        sumW += trust * time;
        sumCC += trust * concurrency * concurrency;
        sumCW += trust * concurrency * time;
    }

    /// <summary>Learns how far the quantile is above the mean.</summary>
    /// <param name="counts">Latencies of some minutes.</param>
    /// <param name="quantile">Which quantile, 0 to 1.</param>
    /// <param name="mostAtOnce">The most requests at a replica at once in that time.</param>
    /// <param name="seconds">How much of it is new, in seconds.</param>
    /// <param name="target">The longest time that a request may take, in seconds.</param>
    public void LearnTail(ReadOnlySpan<long> counts, double quantile, double mostAtOnce, double seconds, double target)
    {
        var (mean, measured) = (Latencies.Mean(counts), Latencies.Quantile(counts, quantile));
        if (Latencies.Count(counts) * (1 - quantile) < 2)
        {
            return;
        }

        // Raised only while the replicas are loaded: that an idle service is fast says nothing.
        var correction = Math.Pow(Margin * target / measured, seconds / AimSeconds);
        aim = Math.Clamp(aim * (correction < 1 || (IsKnown && mostAtOnce >= Loaded * Capacity(target).Fitted.AtOnce) ? correction : 1), 0.5, 2);
        if (mean <= target)
        {
            tailSeconds += seconds;
            var step = Math.Max(seconds / tailSeconds, 1 - Math.Pow(0.5, seconds / HalfLifeSeconds)); // A plain mean at first.
            Tail = Math.Exp(Math.Log(Tail) + (step * (Math.Log(Math.Max(1, Math.Min(measured, Beyond * target) / mean)) - Math.Log(Tail))));
        }
    }

    /// <summary>What a replica can do if the quantile is to stay at a time.</summary>
    /// <param name="target">The time, in seconds.</param>
    /// <returns>Requests at a replica at once, and requests a second.</returns>
    /// <remarks>Never more than 1.3 times the concurrency that was seen: beyond it the line is a guess, and the next step shows more.</remarks>
    public ReplicaCapacity Capacity(double target)
    {
        var (meanC, meanW) = (sumC / weight, sumW / weight);
        var prior = PriorWeight * weight * meanC * meanC;
        var spread = Math.Max(0, sumCC - (weight * meanC * meanC));
        var together = sumCW - (weight * meanC * meanW);
        var b = Math.Max(0, (together + (prior * PriorSlope * meanW / meanC)) / (spread + prior));
        var a = Math.Max(meanW - (b * meanC), 0.05 * meanW);
        var mean = aim * target / Tail;
        var farthest = Math.Max(most * Reach, 1);
        var fitted = Math.Max(0.5, b > 0 ? (mean - a) / b : farthest);
        return new(At(fitted), At(Math.Min(fitted, farthest)));

        (double AtOnce, double RequestsPerSecond) At(double concurrency) => (concurrency, concurrency / (a + (b * concurrency)));
    }
}

/// <summary>What a replica can do: requests at once, and a second.</summary>
/// <param name="Fitted">As the line says.</param>
/// <param name="Proven">The same, but no farther from what was seen than a step.</param>
internal readonly record struct ReplicaCapacity((double AtOnce, double RequestsPerSecond) Fitted, (double AtOnce, double RequestsPerSecond) Proven);

/// <summary>Figures of a histogram of latencies, between the bounds of its buckets.</summary>
internal static class Latencies
{
    public static long Count(ReadOnlySpan<long> counts)
    {
        var total = 0L;
        foreach (var count in counts)
        {
            total += count;
        }

        return total;
    }

    /// <summary>The mean, in seconds, of latencies that lie in the middle of their buckets.</summary>
    public static double Mean(ReadOnlySpan<long> counts)
    {
        var sum = 0.0;
        for (var i = 0; i < counts.Length; i++)
        {
            sum += counts[i] * LatencyHistogram.UpperBound(i) * Middle;
        }

        return sum / Math.Max(1, Count(counts));
    }

    /// <summary>The latency that a share did not exceed, in seconds, as if a bucket's latencies were spread evenly over its width on a logarithmic scale.</summary>
    public static double Quantile(ReadOnlySpan<long> counts, double quantile)
    {
        var rank = quantile * Count(counts);
        var seen = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0 && seen + counts[i] >= rank)
            {
                return LatencyHistogram.UpperBound(i) * Math.Pow(2, ((rank - seen) / counts[i] - 1) / 4);
            }

            seen += counts[i];
        }

        return 0;
    }

    private const double Middle = 0.917; // 2^(-1/8).
}
