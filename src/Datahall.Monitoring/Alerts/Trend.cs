using Datahall.Monitoring.Series;

namespace Datahall.Monitoring.Alerts;

/// <summary>The straight line that lies nearest to samples: ordinary least squares.</summary>
/// <param name="Now">Where the line is at the time it was asked for.</param>
/// <param name="PerSecond">How fast it rises.</param>
/// <param name="Fit">The share of the variance that it explains (R²), 0 to 1; NaN when all values are the same.</param>
/// <remarks>The line is the one of PromQL's <c>predict_linear</c> and <c>deriv</c>.</remarks>
public readonly record struct Trend(double Now, double PerSecond, double Fit)
{
    /// <summary>Fits a line; null with fewer than two samples. O(samples).</summary>
    /// <param name="samples">The samples, in the order of time.</param>
    /// <param name="nowUnixMilliseconds">The time at which <see cref="Now"/> is wanted.</param>
    public static Trend? Of(IReadOnlyList<Sample> samples, long nowUnixMilliseconds)
    {
        if (samples.Count < 2)
        {
            return null;
        }

        // Around the first value and the time asked for: the sums stay small, so that little is lost.
        var first = samples[0].Value;
        var (sumX, sumY, sumXy, sumXx, sumYy) = (0.0, 0.0, 0.0, 0.0, 0.0);
        foreach (var sample in samples)
        {
            var x = (sample.UnixMilliseconds - nowUnixMilliseconds) / 1000.0;
            var y = sample.Value - first;
            sumX += x;
            sumY += y;
            sumXy += x * y;
            sumXx += x * x;
            sumYy += y * y;
        }

        var n = samples.Count;
        var (covariance, varianceX, varianceY) = (sumXy - (sumX * sumY / n), sumXx - (sumX * sumX / n), sumYy - (sumY * sumY / n));
        if (varianceX <= 0)
        {
            return null;
        }

        var slope = covariance / varianceX;
        var fit = varianceY > 0 ? Math.Clamp(slope * covariance / varianceY, 0, 1) : double.NaN;
        return new(first + (sumY / n) - (slope * sumX / n), slope, fit);
    }

    /// <summary>Where the line will be.</summary>
    public double After(TimeSpan time) => Now + (PerSecond * time.TotalSeconds);
}
