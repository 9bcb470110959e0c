using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Datahall.Cli.Bench.Load;
using Datahall.Cli.Output;
using HdrHistogram;

namespace Datahall.Cli.Bench;

/// <summary>A report for scripts.</summary>
internal static class ReportJson
{
    public static void Write(Terminal terminal, LoadReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteLoad(json, report);
            WriteCounts(json, report);
            foreach (var (_, name, histogram) in ReportFields.Histograms(report))
            {
                WriteHistogram(json, name, histogram);
            }

            json.WriteStartArray("notes");
            foreach (var doubt in report.Doubts())
            {
                json.WriteStringValue(doubt);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        terminal.Out.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void WriteLoad(Utf8JsonWriter json, LoadReport report)
    {
        var plan = report.Plan;
        json.WriteString("loop", plan.Rate is null ? "closed" : "open");
        if (plan.Rate is { } rate)
        {
            json.WriteNumber("rate", rate);
            json.WriteString("arrivals", plan.Arrivals.ToString().ToLowerInvariant());
            json.WriteNumber("seed", plan.Seed);
        }

        json.WriteNumber("connections", plan.Connections);
        json.WriteNumber("connectionsOpened", report.Workers);
        json.WriteNumber("seconds", Math.Round(report.Seconds, 3));
    }

    private static void WriteCounts(Utf8JsonWriter json, LoadReport report)
    {
        var counts = report.Counts;
        json.WriteNumber("requests", counts.Arrivals);
        json.WriteNumber("responses", report.Responses);
        json.WriteNumber("responsesPerSecond", Math.Round(report.Rate, 3));
        json.WriteNumber("bytesPerSecond", Math.Round(report.BytesPerSecond));
        json.WriteNumber("failed", report.Errors);
        json.WriteNumber("failedShare", Math.Round(report.ErrorShare, 9));
        json.WriteStartObject("errors");
        foreach (var (_, name, count) in ReportFields.Errors(report))
        {
            json.WriteNumber(name, count);
        }

        json.WriteEndObject();
        json.WriteStartObject("statuses");
        foreach (var (status, count) in counts.StatusCounts())
        {
            json.WriteNumber(status.ToString(CultureInfo.InvariantCulture), count);
        }

        json.WriteEndObject();
        json.WriteNumber("lateByGenerator", counts.LateByGenerator);
        json.WriteNumber("lateByConnections", counts.LateByConnections);
        json.WriteNumber("processorsUsed", Math.Round(report.CoresUsed, 3));
        json.WriteNumber("processors", report.Cores);
    }

    private static void WriteHistogram(Utf8JsonWriter json, string name, HistogramBase histogram)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", histogram.TotalCount);
        if (histogram.TotalCount > 0)
        {
            json.WriteNumber("mean", Math.Round(histogram.GetMean() / 1000, 3));
            foreach (var (_, field, percent) in ReportFields.Percentiles)
            {
                json.WriteNumber(field, histogram.GetValueAtPercentile(percent) / 1000.0);
            }

            json.WriteNumber("max", histogram.GetMaxValue() / 1000.0);
        }

        json.WriteEndObject();
    }
}
