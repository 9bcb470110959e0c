using Datahall.Monitoring.Series;
using Datahall.Server.Metrics;

namespace Datahall.Server.Console.History;

/// <summary>Readings of the last hours from memory, and older ones from Prometheus where there is one, thinned to what a chart can show.</summary>
internal sealed class SeriesHistory(SeriesStore store, SeriesSampler sampler, PrometheusHistory prometheus, TimeProvider time)
{
    /// <summary>How many points a chart has at most.</summary>
    public const int Points = 120;

    // A page waits no longer for readings that another program has.
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(3);

    /// <summary>The ranges that there can be readings of.</summary>
    public IEnumerable<ChartRange> Ranges => ChartRange.All.Where(range => prometheus.IsConfigured || range.Length <= store.Options.Retention);

    /// <summary>Whether Prometheus has what memory does not of a range.</summary>
    public bool IsElsewhere(ChartRange range) => time.GetUtcNow() is var now && prometheus.IsConfigured && now - range.Length < sampler.Reaches(now);

    /// <summary>Reads series as <see cref="Read"/> does, from Prometheus where memory does not reach back so far.</summary>
    public async Task<ChartData> ReadAsync(string metric, IReadOnlyDictionary<string, string> labels, TimeSpan back, string? nameBy = null)
    {
        var now = time.GetUtcNow();
        if (!prometheus.IsConfigured || now - back >= sampler.Reaches(now))
        {
            return Read(metric, labels, back, nameBy);
        }

        using var limit = new CancellationTokenSource(patience, time);
        try
        {
            var step = back / Points;
            var answer = await prometheus.ReadAsync(new(metric, labels, now - back + step, now, step, SeriesForm.Mean), store.Options.Interval, limit.Token);
            return Chart([.. answer.Series.Select(series => RangeOf(series, step))], (now - back).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds(), nameBy);
        }
        catch (Exception e) when (e is PrometheusException or OperationCanceledException) // What memory has is better than nothing, and the chart says what is missing.
        {
            return Read(metric, labels, back, nameBy) with { IsCut = true };
        }
    }

    /// <summary>Reads series as charts show them: one mean for each of <see cref="Points"/> equal spans, NaN where there is none.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="labels">Labels that the series have.</param>
    /// <param name="back">How far back.</param>
    /// <param name="nameBy">The label that tells the series apart; null: they are summed into one.</param>
    public ChartData Read(string metric, IReadOnlyDictionary<string, string> labels, TimeSpan back, string? nameBy = null)
    {
        var to = time.GetUtcNow().ToUnixTimeMilliseconds();
        var from = to - (long)back.TotalMilliseconds;
        return Chart(store.Read(new(metric, labels), from, to), from, to, nameBy);
    }

    /// <summary>The newest values of all series of a metric, by a label.</summary>
    public IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, double Value)> Latest(string metric, TimeSpan within) =>
    [
        .. store.ReadLatest(new(metric, new Dictionary<string, string>(0)), (time.GetUtcNow() - within).ToUnixTimeMilliseconds())
            .Select(static found => ((IReadOnlyDictionary<string, string>)found.Labels, found.Sample.Value)),
    ];

    /// <summary>The mean of the samples in each span.</summary>
    internal static double[] Thin(IReadOnlyList<Sample> samples, long from, long to)
    {
        var (sums, counts) = (new double[Points], new int[Points]);
        foreach (var sample in samples)
        {
            var at = (int)Math.Clamp((sample.UnixMilliseconds - from) * Points / Math.Max(1, to - from), 0, Points - 1);
            if (double.IsFinite(sample.Value))
            {
                sums[at] += sample.Value;
                counts[at]++;
            }
        }

        for (var i = 0; i < Points; i++)
        {
            sums[i] = counts[i] == 0 ? double.NaN : sums[i] / counts[i];
        }

        return sums;
    }

    private static ChartData Chart(IReadOnlyList<SeriesRange> ranges, long from, long to, string? nameBy) => new(from, to, nameBy is null
        ? Sum(ranges, from, to)
        : [.. ranges.Select(range => new ChartLine(range.Labels.GetValueOrDefault(nameBy, ""), Thin(range.Samples, from, to))).OrderBy(static line => line.Name, StringComparer.Ordinal)]);

    // A mean stands at the end of its step; it is drawn where its samples were.
    private static SeriesRange RangeOf(SeriesView series, TimeSpan step) =>
        new(series.Labels, [.. series.Points.Select(point => new Sample((long)((point[0]!.Value * 1000) - (step.TotalMilliseconds / 2)), point[1] ?? double.NaN))]);

    private static IReadOnlyList<ChartLine> Sum(IReadOnlyList<SeriesRange> ranges, long from, long to)
    {
        if (ranges.Count == 0)
        {
            return [];
        }

        var sum = new double[Points];
        Array.Fill(sum, double.NaN);
        foreach (var line in ranges.Select(range => Thin(range.Samples, from, to)))
        {
            for (var i = 0; i < Points; i++)
            {
                sum[i] = double.IsNaN(sum[i]) ? line[i] : double.IsNaN(line[i]) ? sum[i] : sum[i] + line[i];
            }
        }

        return [new("", sum)];
    }
}

/// <summary>What a chart shows.</summary>
/// <param name="From">Its left edge, in milliseconds since 1970.</param>
/// <param name="To">Its right edge, in milliseconds since 1970.</param>
/// <param name="Lines">Its lines.</param>
public sealed record ChartData(long From, long To, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>Whether Prometheus should have had the earlier part, and did not answer.</summary>
    public bool IsCut { get; init; }

    /// <summary>Nothing.</summary>
    public static ChartData Empty { get; } = new(0, 1, []);

    /// <summary>Whether there is no value at all.</summary>
    public bool IsEmpty => Lines.All(static line => line.Values.All(double.IsNaN));

    /// <summary>The time of a point.</summary>
    public DateTimeOffset TimeOf(int point) => DateTimeOffset.FromUnixTimeMilliseconds(From + ((To - From) * ((2L * point) + 1) / (2 * SeriesHistory.Points)));
}

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is of; empty when there is only one.</param>
/// <param name="Values">A value for each point, NaN where there is none.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double> Values)
{
    /// <summary>The last value; NaN when there is none.</summary>
    public double Last => Values.LastOrDefault(static value => !double.IsNaN(value), double.NaN);
}
