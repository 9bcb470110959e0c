using Datahall.Monitoring.Series;

namespace Datahall.Server.Metrics;

/// <summary>Series over a time.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="StepSeconds">The time between two points, in seconds.</param>
/// <param name="Source">From where it is: <c>memory</c> or <c>prometheus</c>.</param>
/// <param name="Series">The series.</param>
internal sealed record SeriesListView(string Metric, DateTimeOffset From, DateTimeOffset To, double StepSeconds, string Source, IReadOnlyList<SeriesView> Series)
{
    /// <summary>Series from memory, one point each step: the newest sample before it.</summary>
    public static SeriesListView Of(SeriesQuery query, IEnumerable<SeriesRange> ranges, TimeSpan interval) => new(
        query.Metric, query.From, query.To, query.Step.TotalSeconds, "memory",
        [.. ranges.Select(range => new SeriesView(range.Labels, Points(query, range.Samples, interval))).Where(static series => series.Points.Count > 0)]);

    private static List<double?[]> Points(SeriesQuery query, IReadOnlyList<Sample> samples, TimeSpan interval)
    {
        // A sample that is older than the one that should be there is missing, and shows as a gap.
        var patience = (long)Math.Max(query.Step.TotalMilliseconds, 2 * interval.TotalMilliseconds);
        var (step, to) = ((long)query.Step.TotalMilliseconds, query.To.ToUnixTimeMilliseconds());
        var points = new List<double?[]>();
        var next = 0;
        for (var at = query.From.ToUnixTimeMilliseconds(); at <= to; at += step)
        {
            while (next < samples.Count && samples[next].UnixMilliseconds <= at)
            {
                next++;
            }

            if (next > 0 && samples[next - 1].UnixMilliseconds > at - patience)
            {
                points.Add([at / 1000.0, Finite(samples[next - 1].Value)]);
            }
        }

        return query.Form is SeriesForm.Rate ? Rates(points) : points;
    }

    // What a counter grew by, per second; one that is below what it was began anew at 0.
    private static List<double?[]> Rates(List<double?[]> points) =>
        [.. points.Zip(points.Skip(1), static (a, b) => new double?[] { b[0], (b[1] >= a[1] ? b[1] - a[1] : b[1]) / (b[0] - a[0]) })];

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

/// <summary>A series.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Points">Its points: the time in Unix seconds, and the value; null: it is no number. Shape [points, 2].</param>
internal sealed record SeriesView(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<double?[]> Points);

/// <summary>The metrics that there are series of.</summary>
/// <param name="Items">By name.</param>
internal sealed record SeriesMetricListView(IReadOnlyList<SeriesMetricView> Items);

/// <summary>A metric.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Series">How many series it has.</param>
internal sealed record SeriesMetricView(string Metric, int Series);
