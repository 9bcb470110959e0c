namespace Datahall.Monitoring.Series;

/// <summary>A measured value with its time.</summary>
/// <param name="UnixMilliseconds">When.</param>
/// <param name="Value">What, in the unit of the metric.</param>
public readonly record struct Sample(long UnixMilliseconds, double Value);

/// <summary>Which series are meant.</summary>
/// <param name="Metric">The metric's name as Prometheus writes it.</param>
/// <param name="Labels">Labels that a series must have with these values; those it has besides do not matter.</param>
public sealed record SeriesSelector(string Metric, IReadOnlyDictionary<string, string> Labels);

/// <summary>The samples of one series within a time.</summary>
/// <param name="Labels">All its labels, without the name of the metric.</param>
/// <param name="Samples">In the order of time.</param>
public sealed record SeriesRange(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<Sample> Samples);
