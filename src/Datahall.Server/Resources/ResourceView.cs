using System.Text.Json;
using System.Text.Json.Serialization;
using Datahall.Model;

namespace Datahall.Server.Resources;

/// <summary>A resource on the wire: exactly as the model writes it, with <c>kind</c>, whatever message it stands in.</summary>
/// <param name="Resource">The resource.</param>
[JsonConverter(typeof(ResourceViewConverter))]
internal sealed record ResourceView(Resource Resource);

/// <summary>Leaves a resource's format to the model.</summary>
internal sealed class ResourceViewConverter : JsonConverter<ResourceView>
{
    /// <inheritdoc/>
    public override ResourceView Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize<Resource>(ref reader, ResourceJson.Options) ?? throw new JsonException("a resource cannot be null"));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ResourceView value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Resource, ResourceJson.Options);
}
