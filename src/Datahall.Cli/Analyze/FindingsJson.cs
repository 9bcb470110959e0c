using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Datahall.Cli.Output;
using Datahall.Monitoring.Anomalies;
using Datahall.Monitoring.Diagnosis;
using Datahall.Monitoring.Lines;

namespace Datahall.Cli.Analyze;

/// <summary>The findings for scripts: all templates, all anomalies that were kept, all diagnoses.</summary>
internal static class FindingsJson
{
    private const int LongestText = 4_096;

    public static void Write(Terminal terminal, LogReport report)
    {
        using var buffer = new MemoryStream();
        // What a terminal obeys was made visible before; the rest may stay readable.
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("source", report.Source);
            json.WriteNumber("lines", report.Analysis.Lines);
            json.WriteNumber("linesWithoutHeader", report.Analysis.WithoutHeader);
            WriteTemplates(json, report);
            WriteAnomalies(json, report);
            WriteDiagnoses(json, report.Findings.Diagnoses);
            json.WriteEndObject();
        }

        terminal.Out.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void WriteTemplates(Utf8JsonWriter json, LogReport report)
    {
        json.WriteStartArray("templates");
        foreach (var template in report.Findings.Templates)
        {
            json.WriteStartObject();
            json.WriteString("id", $"E{template.Id}");
            json.WriteString("text", PrintableText.Of(template.Text, LongestText));
            json.WriteNumber("lines", template.Lines);
            json.WriteNumber("firstLine", template.FirstLine);
            json.WriteNumber("lastLine", template.LastLine);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAnomalies(Utf8JsonWriter json, LogReport report)
    {
        json.WriteNumber("anomaliesNotKept", report.Analysis.AnomaliesNotKept);
        json.WriteStartArray("anomalies");
        foreach (var anomaly in report.Findings.Anomalies)
        {
            json.WriteStartObject();
            json.WriteString("kind", anomaly.Kind is AnomalyKind.Burst ? "burst" : "new-template");
            json.WriteString("template", $"E{anomaly.Template}");
            json.WriteNumber("line", anomaly.Line);
            json.WriteNumber("lines", anomaly.Lines);
            json.WriteNumber("expected", Math.Round(anomaly.Expected, 3));
            json.WriteString("severity", DiagnosisText.Word(anomaly.Severity));
            if (anomaly.UnixMilliseconds is { } time)
            {
                json.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(time).DateTime); // As the log says it: in which zone is not known.
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDiagnoses(Utf8JsonWriter json, IReadOnlyList<Diagnosis> diagnoses)
    {
        json.WriteStartArray("diagnoses");
        foreach (var diagnosis in diagnoses)
        {
            json.WriteStartObject();
            json.WriteString("id", diagnosis.Id);
            json.WriteString("title", diagnosis.Title);
            json.WriteString("severity", DiagnosisText.Word(diagnosis.Severity));
            json.WriteString("cause", diagnosis.Cause);
            json.WriteString("advice", diagnosis.Advice);
            json.WriteString("retry", diagnosis.Retry switch { RetryAdvice.Yes => "yes", RetryAdvice.Elsewhere => "elsewhere", _ => "after-change" });
            json.WriteNumber("count", diagnosis.Count);
            json.WriteString("device", diagnosis.Device);
            json.WriteString("source", diagnosis.Source);
            WriteTexts(json, "followed", diagnosis.Followed);
            WriteTexts(json, "evidence", diagnosis.Evidence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
