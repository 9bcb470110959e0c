using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Datahall.Model.Traffic;

/// <summary>Traffic reports as JSON; gateways and the control plane use this one format.</summary>
/// <remarks>Fields with the default value of their type are left out. Unknown fields are skipped, so that a gateway and a control plane of different versions understand each other.</remarks>
public static class TrafficJson
{
    /// <summary>The options of the format.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Writes a report as UTF-8 JSON.</summary>
    public static byte[] Write(TrafficReport report) => JsonSerializer.SerializeToUtf8Bytes(report, Options.GetTypeInfo(typeof(TrafficReport)));

    /// <summary>Reads a report.</summary>
    /// <exception cref="JsonException">The bytes are not a report.</exception>
    public static async ValueTask<TrafficReport> ReadAsync(Stream json, CancellationToken cancellationToken) =>
        (TrafficReport?)await JsonSerializer.DeserializeAsync(json, Options.GetTypeInfo(typeof(TrafficReport)), cancellationToken).ConfigureAwait(false)
            ?? throw new JsonException("null is not a traffic report");

    // By reflection: generated metadata sets every init-only property, and one that is not in the text loses its initial value.
    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
            RespectNullableAnnotations = true,
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }
}
