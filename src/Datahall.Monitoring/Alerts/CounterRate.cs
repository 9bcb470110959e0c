using Datahall.Monitoring.Series;

namespace Datahall.Monitoring.Alerts;

/// <summary>How fast a counter grows, as PromQL's <c>rate</c> says.</summary>
public static class CounterRate
{
    /// <summary>The growth per second within a window; null with fewer than two samples.</summary>
    /// <param name="samples">The samples within the window, in the order of time. A value below the last one means that the counter began anew.</param>
    /// <param name="from">Where the window begins, in milliseconds.</param>
    /// <param name="to">Where it ends.</param>
    /// <remarks>
    /// The growth between the first and the last sample is carried on to the ends of the window, unless they are further away than samples usually are from each
    /// other (by a tenth), and never before the counter's 0. Source: Prometheus 2.42, promql/functions.go, <c>extrapolatedRate</c>.
    /// </remarks>
    public static double? Of(IReadOnlyList<Sample> samples, long from, long to)
    {
        if (samples.Count < 2)
        {
            return null;
        }

        var growth = samples[^1].Value - samples[0].Value;
        for (var i = 1; i < samples.Count; i++)
        {
            growth += samples[i].Value < samples[i - 1].Value ? samples[i - 1].Value : 0;
        }

        var (toStart, toEnd) = ((samples[0].UnixMilliseconds - from) / 1000.0, (to - samples[^1].UnixMilliseconds) / 1000.0);
        var sampled = (samples[^1].UnixMilliseconds - samples[0].UnixMilliseconds) / 1000.0;
        var usual = sampled / (samples.Count - 1);
        if (growth > 0 && samples[0].Value >= 0)
        {
            toStart = Math.Min(toStart, sampled * (samples[0].Value / growth));
        }

        var furthest = usual * 1.1;
        var covered = sampled + (toStart < furthest ? toStart : usual / 2) + (toEnd < furthest ? toEnd : usual / 2);
        return growth * (covered / sampled) / ((to - from) / 1000.0);
    }
}
