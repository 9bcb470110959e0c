using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Datahall.Monitoring.Series;

namespace Datahall.Server.Metrics;

/// <summary>Writes the fleet's state as Prometheus reads it: its text format 0.0.4, or OpenMetrics 1.0.0.</summary>
internal static class PrometheusText
{
    public const string TextType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private const string TotalSuffix = "_total";
    private const int LongestNumber = 32;

    /// <summary>Writes everything.</summary>
    public static void Write(FleetSnapshot snapshot, bool openMetrics, IBufferWriter<byte> into)
    {
        foreach (var metric in FleetMetrics.All)
        {
            var points = snapshot.Of(metric);
            if (points.Count == 0)
            {
                continue;
            }

            // OpenMetrics names the family of a counter without the suffix of its samples.
            var family = openMetrics && metric.IsCounter ? metric.Name[..^TotalSuffix.Length] : metric.Name;
            Text(into, $"# HELP {family} {metric.Help}\n# TYPE {family} {(metric.IsCounter ? "counter" : "gauge")}\n");
            var name = Encoding.UTF8.GetBytes(metric.Name);
            foreach (var (labels, value) in points)
            {
                into.Write(name);
                Labels(into, labels);
                Number(into, value);
            }
        }

        if (openMetrics)
        {
            into.Write("# EOF\n"u8);
        }
    }

    private static void Labels(IBufferWriter<byte> into, SeriesLabels labels)
    {
        if (labels.Count == 0)
        {
            return;
        }

        var before = "{"u8;
        foreach (var (name, value) in labels)
        {
            into.Write(before);
            Text(into, name);
            into.Write("=\""u8);
            Text(into, value.AsSpan().IndexOfAny('\\', '"', '\n') < 0 ? value : value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
            into.Write("\""u8);
            before = ","u8;
        }

        into.Write("}"u8);
    }

    private static void Number(IBufferWriter<byte> into, double value)
    {
        var span = into.GetSpan(LongestNumber + 2);
        span[0] = (byte)' ';
        if (!Utf8Formatter.TryFormat(value, span[1..], out var length))
        {
            length = Encoding.UTF8.GetBytes(value.ToString("R", CultureInfo.InvariantCulture), span[1..]);
        }

        span[length + 1] = (byte)'\n';
        into.Advance(length + 2);
    }

    private static void Text(IBufferWriter<byte> into, string text) => Encoding.UTF8.GetBytes(text, into);
}
