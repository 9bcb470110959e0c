using System.Globalization;
using Datahall.Model;
using Datahall.Monitoring.Alerts;

namespace Datahall.Server.Metrics;

/// <summary>Which series are asked for, and how they are to be shown.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Labels">What they must have.</param>
/// <param name="From">Where it begins; a multiple of the step.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Step">The time between two points.</param>
/// <param name="Form">What a point tells.</param>
internal sealed record SeriesQuery(string Metric, IReadOnlyDictionary<string, string> Labels, DateTimeOffset From, DateTimeOffset To, TimeSpan Step, SeriesForm Form)
{
    /// <summary>The most points of one series.</summary>
    public const int MostPoints = 11_000; // As many as Prometheus gives.

    private const int UsualPoints = 240;
    private const double LongestSeconds = 1e9; // Some 30 years: times that are counted with stay far from the ends of the calendar.
    private static readonly DateTimeOffset lastTime = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan usualRange = TimeSpan.FromHours(1);

    /// <summary>Reads a query.</summary>
    /// <exception cref="FormatException">It makes no sense; the message says what, and how to mend it.</exception>
    public static SeriesQuery Read(string? metric, IReadOnlyList<string> labels, string? from, string? to, string? step, bool rate, DateTimeOffset now, TimeSpan interval)
    {
        if (metric is null || InstrumentName.Sanitize(metric) != metric || metric.Length == 0)
        {
            throw new FormatException($"metric is '{metric}': name one as GET /api/v1/series/metrics lists them");
        }

        var end = to is null ? now : TimeOf("to", to, now);
        var begin = from is null ? end - usualRange : TimeOf("from", from, now);
        if (begin >= end)
        {
            throw new FormatException($"from ({begin:u}) is not before to ({end:u})");
        }

        var width = step is null ? Usual(end - begin, interval) : Length("step", step);
        if ((end - begin) / width > MostPoints)
        {
            throw new FormatException($"a point each {width.TotalSeconds} s from {begin:u} to {end:u} is more than {MostPoints} points: make the step longer");
        }

        var ticks = width.Ticks;
        return new(metric, LabelsOf(labels), new(begin.UtcTicks / ticks * ticks, TimeSpan.Zero), end, width, rate ? SeriesForm.Rate : SeriesForm.Value);
    }

    /// <summary>The query in PromQL.</summary>
    public string ToPromQl(TimeSpan interval)
    {
        IEnumerable<KeyValuePair<string, string>> own = SharedMetrics.IsShared(Metric) && !Labels.ContainsKey(SharedMetrics.Label) ? [new(SharedMetrics.Label, SharedMetrics.OwnJob)] : [];
        var selector = Metric + "{" + string.Join(',', own.Concat(Labels).Select(static label => $"{label.Key}=\"{label.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"")) + "}";
        var window = Math.Max(Step.TotalSeconds, 4 * interval.TotalSeconds);
        return Form switch
        {
            SeriesForm.Rate => string.Create(CultureInfo.InvariantCulture, $"rate({selector}[{Math.Ceiling(window)}s])"),
            SeriesForm.Mean => string.Create(CultureInfo.InvariantCulture, $"avg_over_time({selector}[{Math.Ceiling(Step.TotalSeconds)}s])"),
            _ => selector,
        };
    }

    private static TimeSpan Usual(TimeSpan range, TimeSpan interval) => interval * Math.Max(1, Math.Ceiling(range / interval / UsualPoints));

    private static DateTimeOffset TimeOf(string name, string text, DateTimeOffset now) =>
        Parse(text, now) is { } time && time >= DateTimeOffset.UnixEpoch && time <= lastTime
            ? time
            : throw new FormatException($"{name} is '{text}': write a time such as 2026-05-01T12:00:00Z, Unix seconds, or how long ago, such as 6h");

    private static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e11)
        {
            return DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000));
        }

        if (Duration.TryParse(text, out var ago))
        {
            return ago.Milliseconds <= now.ToUnixTimeMilliseconds() ? now - ago.TimeSpan : null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    private static TimeSpan Length(string name, string text)
    {
        var seconds = Duration.TryParse(text, out var duration) ? duration.Milliseconds / 1000.0
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return seconds is >= 0.001 and <= LongestSeconds ? TimeSpan.FromSeconds(seconds) : throw new FormatException($"{name} is '{text}': write a length of time above 0 and up to 30 years, such as 60s");
    }

    private static Dictionary<string, string> LabelsOf(IReadOnlyList<string> labels)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in labels)
        {
            var sign = label.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0 || InstrumentName.Sanitize(label[..sign]) != label[..sign] || !pairs.TryAdd(label[..sign], label[(sign + 1)..]))
            {
                throw new FormatException($"label is '{label}': write name=value, each name once");
            }
        }

        return pairs;
    }
}

/// <summary>What a point of a series tells.</summary>
internal enum SeriesForm
{
    /// <summary>The newest value.</summary>
    Value,

    /// <summary>The growth of a counter, per second.</summary>
    Rate,

    /// <summary>The mean of the step that ends there.</summary>
    Mean,
}
