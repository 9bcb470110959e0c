using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Datahall.Gateway.Feed;

/// <summary>The messages between gateways and the control plane as JSON; both ends use this one format.</summary>
/// <remarks>Fields with the default value of their type are left out. Unknown fields are skipped, so that a gateway and a control plane of different versions understand each other.</remarks>
public static class GatewayJson
{
    /// <summary>The options of the format.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Writes a message as UTF-8 JSON.</summary>
    public static byte[] Write<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, Options.GetTypeInfo(typeof(T)));

    /// <summary>Reads a message.</summary>
    /// <exception cref="JsonException">The bytes are not such a message.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json) =>
        (T?)JsonSerializer.Deserialize(json, Options.GetTypeInfo(typeof(T))) ?? throw new JsonException($"null is not a {typeof(T).Name}");

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
