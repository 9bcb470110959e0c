using Datahall.Energy.Curves;

namespace Datahall.Energy.Shifting;

/// <summary>Finds when work that may wait, but not be interrupted, is best started.</summary>
public static class CheapestWindow
{
    /// <summary>Rates that differ by less than this share of what is usual in the curve count as the same.</summary>
    internal const double Tie = 1e-9;

    /// <summary>The start from which the mean rate over the work is the lowest; of several, the earliest.</summary>
    /// <param name="curve">The rate, at least to the end of work that starts at <paramref name="latest"/>.</param>
    /// <param name="seconds">How long the work runs, in seconds, 0 or more.</param>
    /// <param name="latest">The latest start, in seconds, 0 or more.</param>
    /// <returns>The start, in seconds, from 0 to <paramref name="latest"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative, or the curve ends too early.</exception>
    /// <remarks>
    /// Exact: the integral over a sliding window of a piecewise constant rate is piecewise linear in the start, so its least value lies where the window's start
    /// or end meets an edge, or at a bound. O(n log n). Without forecast error this is the "Next Workday" search of Wiesner et al., Let's Wait Awhile, Middleware 2021, section 4.
    /// </remarks>
    public static double Start(RateCurve curve, double seconds, double latest)
    {
        Require.NotNegative(seconds);
        Require.NotNegative(latest);
        var candidates = new SortedSet<double> { 0, latest };
        for (var i = 0; i <= curve.Count; i++)
        {
            var edge = curve.Edge(i);
            candidates.Add(Math.Clamp(edge, 0, latest));
            candidates.Add(Math.Clamp(edge - seconds, 0, latest));
        }

        var margin = Tie * Usual(curve);
        var (best, least) = (0.0, curve.Mean(0, seconds));
        foreach (var start in candidates)
        {
            var mean = curve.Mean(start, start + seconds);
            if (mean < least - margin)
            {
                (best, least) = (start, mean);
            }
        }

        return best;
    }

    /// <summary>The largest rate, whatever its sign.</summary>
    internal static double Usual(RateCurve curve)
    {
        var most = 0.0;
        for (var i = 0; i < curve.Count; i++)
        {
            most = Math.Max(most, Math.Abs(curve.Rate(i)));
        }

        return most;
    }
}
