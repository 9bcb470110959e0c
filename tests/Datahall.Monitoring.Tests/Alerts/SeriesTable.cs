using Datahall.Monitoring.Series;

namespace Datahall.Monitoring.Tests.Alerts;

/// <summary>Series in memory, one value each step; NaN is no sample.</summary>
internal sealed class SeriesTable(TimeSpan step)
{
    private readonly List<(string Metric, Dictionary<string, string> Labels, double[] Values)> series = [];

    public static DateTimeOffset Start { get; } = DateTimeOffset.UnixEpoch;

    public IReadOnlyList<(string Metric, Dictionary<string, string> Labels, double[] Values)> All => series;

    public SeriesTable Add(string metric, string labels, params double[] values)
    {
        series.Add((metric, labels.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static label => label.Split('=')).ToDictionary(static pair => pair[0], static pair => pair[1]), values));
        return this;
    }

    public IReadOnlyList<SeriesRange> Read(SeriesSelector selector, long from, long to) =>
    [
        .. series.Where(s => s.Metric == selector.Metric && selector.Labels.All(label => s.Labels.GetValueOrDefault(label.Key) == label.Value))
            .Select(s => new SeriesRange(s.Labels, [.. s.Values.Select((value, i) => new Sample((Start + (i * step)).ToUnixTimeMilliseconds(), value))
                .Where(sample => !double.IsNaN(sample.Value) && sample.UnixMilliseconds >= from && sample.UnixMilliseconds <= to)]))
            .Where(static range => range.Samples.Count > 0),
    ];
}
