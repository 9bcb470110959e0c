using Datahall.Cli.Bench.Load;
using HdrHistogram;

namespace Datahall.Cli.Bench;

/// <summary>What a report tells, by the names it has in the table and in the JSON.</summary>
internal static class ReportFields
{
    public static IReadOnlyList<(string Heading, string Name, double Percent)> Percentiles { get; } =
        [("P50", "p50", 50), ("P90", "p90", 90), ("P99", "p99", 99), ("P99.9", "p999", 99.9)];

    /// <summary>The ways to fail, and how many requests did.</summary>
    public static IEnumerable<(string Label, string Name, long Count)> Errors(LoadReport report)
    {
        var counts = report.Counts;
        return
        [
            ("no connection", "connect", counts.Count(Outcome.Connect)),
            ("time-out", "timeout", counts.Count(Outcome.Timeout)),
            ("reset or closed", "reset", counts.Count(Outcome.Reset)),
            ("no HTTP", "protocol", counts.Count(Outcome.Protocol)),
            ("not started in time", "notStarted", counts.Count(Outcome.NotStarted)),
            ("status 4xx", "status4xx", counts.CountOfClass(4)),
            ("status 5xx", "status5xx", counts.CountOfClass(5)),
        ];
    }

    /// <summary>What was timed.</summary>
    public static IEnumerable<(string Label, string Name, HistogramBase Histogram)> Histograms(LoadReport report)
    {
        yield return ("latency", "latencyMilliseconds", report.Counts.Latency);
        if (report.Plan.Rate is not null)
        {
            yield return ("start after due", "startDelayMilliseconds", report.Counts.StartDelay);
        }

        if (report.Plan.Streams)
        {
            yield return ("first byte", "firstByteMilliseconds", report.Counts.FirstBytes);
            yield return ("first event", "firstEventMilliseconds", report.Counts.FirstEvents);
            yield return ("gap between events", "eventGapMilliseconds", report.Counts.Gaps);
        }
    }
}
