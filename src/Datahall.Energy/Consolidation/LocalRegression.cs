using Datahall.Energy.Curves;

namespace Datahall.Energy.Consolidation;

/// <summary>Foresees the next value of an evenly sampled series.</summary>
public static class LocalRegression
{
    /// <summary>A straight line through the latest values, nearer ones weighing more, drawn on by one sample.</summary>
    /// <param name="values">The series, oldest first, finite. Shape [n].</param>
    /// <returns>The next value; the last one when there are fewer than three, 0 when there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is not finite.</exception>
    /// <remarks>Least squares with tricube weights (1 − (age/n)³)³. O(n). Source: Cleveland, JASA 74 (1979), sections 2 and 3.</remarks>
    public static double Next(ReadOnlySpan<double> values)
    {
        if (values.Length < 3)
        {
            return values.Length == 0 ? 0 : Require.Finite(values[^1]);
        }

        double weights = 0, meanX = 0, meanY = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var weight = Weight(i, values.Length);
            weights += weight;
            meanX += weight * i;
            meanY += weight * Require.Finite(values[i]);
        }

        (meanX, meanY) = (meanX / weights, meanY / weights);
        double covariance = 0, variance = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var weight = Weight(i, values.Length);
            covariance += weight * (i - meanX) * (values[i] - meanY);
            variance += weight * (i - meanX) * (i - meanX);
        }

        return meanY + (covariance / variance * (values.Length - meanX));
    }

    private static double Weight(int index, int count)
    {
        var age = (double)(count - 1 - index) / count;
        var cube = 1 - (age * age * age);
        return cube * cube * cube;
    }
}
