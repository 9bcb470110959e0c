using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Datahall.Model;

/// <summary>Reads and writes resources as JSON: the wire's and the store's one format.</summary>
/// <remarks>
/// Fields with the default value of their type are left out; a property whose initial value is another one says
/// <c>JsonIgnoreCondition.Never</c>, or 0 would come back as the initial value.
/// Unknown fields are refused, so that nothing is lost silently.
/// </remarks>
public static class ResourceJson
{
    /// <summary>The options of the format, for hosts that embed resources in messages of their own.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonTypeInfo<Resource> ResourceType { get; } = (JsonTypeInfo<Resource>)Options.GetTypeInfo(typeof(Resource));

    /// <summary>Writes a resource as UTF-8 JSON.</summary>
    public static byte[] Write(Resource resource) => JsonSerializer.SerializeToUtf8Bytes(resource, ResourceType);

    /// <summary>Reads a resource that <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">The bytes are not a resource.</exception>
    public static Resource Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, ResourceType) ?? throw new JsonException("a resource cannot be null");

    // By reflection: generated metadata sets every init-only property, and one that is not in the text loses its initial value.
    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            AllowOutOfOrderMetadataProperties = true,
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(LeaveOutEmptyCollections),
        };
        options.MakeReadOnly();
        return options;
    }

    // One whose initial value is not empty: left out, it would come back as that.
    private static bool IsAlwaysWritten(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.Never }];

    private static void LeaveOutEmptyCollections(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (!property.IsRequired && property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable)) && !IsAlwaysWritten(property))
            {
                property.ShouldSerialize = static (_, value) => value is IEnumerable items && items.GetEnumerator().MoveNext();
            }
        }
    }
}
