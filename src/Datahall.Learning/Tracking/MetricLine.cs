namespace Datahall.Learning.Tracking;

/// <summary>What was measured at one step; a line of <c>metrics.jsonl</c>.</summary>
internal sealed record MetricLine(long Step, DateTimeOffset Time, IReadOnlyDictionary<string, double> Metrics);
