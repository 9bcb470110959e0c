using System.Text.Json;
using System.Text.Json.Serialization;
using Datahall.Model;
using Datahall.Server.Apply;
using Datahall.Server.Events;
using Datahall.Server.Explain;
using Datahall.Server.Hosting;
using Datahall.Server.Resources;
using Datahall.Server.ServerInfo;
using Datahall.Server.Top;
using Datahall.Server.Watch;

namespace Datahall.Server.Http;

/// <summary>The API's wire format, generated at build time. Resources inside a message keep the model's own format.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.Strict,
    Converters = [typeof(ResourceConverter)])]
[JsonSerializable(typeof(ProblemView))]
[JsonSerializable(typeof(ResourceListView))]
[JsonSerializable(typeof(Resource))]
[JsonSerializable(typeof(ChangeSetView))]
[JsonSerializable(typeof(WatchEventView))]
[JsonSerializable(typeof(EventListView))]
[JsonSerializable(typeof(ExplanationView))]
[JsonSerializable(typeof(NodeReadingsListView))]
[JsonSerializable(typeof(TaskReadingsListView))]
[JsonSerializable(typeof(ServerView))]
[JsonSerializable(typeof(JoinTokenView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(ScaleSubmission))]
[JsonSerializable(typeof(NodeModeSubmission))]
[JsonSerializable(typeof(ServerFile))]
internal sealed partial class ServerJson : JsonSerializerContext;

/// <summary>Writes a resource inside a message as the model writes it.</summary>
internal sealed class ResourceConverter : JsonConverter<Resource>
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(Resource));

    /// <inheritdoc/>
    public override Resource? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<Resource>(ref reader, ResourceJson.Options);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Resource value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, ResourceJson.Options);
}
