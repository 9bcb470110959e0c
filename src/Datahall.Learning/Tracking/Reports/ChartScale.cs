namespace Datahall.Learning.Tracking.Reports;

/// <summary>The range that a chart's series span; never empty, so that a flat line lies in the middle.</summary>
internal readonly record struct ChartScale(long FirstStep, long LastStep, double Low, double High)
{
    /// <summary>Null when no series has a finite value.</summary>
    public static ChartScale? Of(IEnumerable<MetricSeries?> series)
    {
        IReadOnlyList<(long Step, double Value)> points = [.. series.SelectMany(one => one?.Points ?? []).Where(point => double.IsFinite(point.Value))];
        if (points.Count == 0)
        {
            return null;
        }

        var (low, high) = (points.Min(point => point.Value), points.Max(point => point.Value));
        var margin = high > low ? 0 : Math.Max(Math.Abs(low) * 0.1, 1e-9);
        return new ChartScale(points.Min(point => point.Step), points.Max(point => point.Step), low - margin, high + margin);
    }

    /// <summary>Where a step lies, from 0 to 1.</summary>
    public double Across(long step) => LastStep == FirstStep ? 0.5 : (double)(step - FirstStep) / (LastStep - FirstStep);

    /// <summary>Where a value lies, from 0 at the bottom to 1.</summary>
    public double Up(double value) => (value - Low) / (High - Low);
}
