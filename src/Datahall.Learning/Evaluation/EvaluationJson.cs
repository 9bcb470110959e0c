using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Datahall.Learning.Evaluation;

/// <summary>Writes a report as JSON: the names of its parts in camel case, parts that do not apply left out, shares as numbers from 0 to 1.</summary>
internal static class EvaluationJson
{
    private static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write(EvaluationReport report) => JsonSerializer.Serialize(report, options);
}
