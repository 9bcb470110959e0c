using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Datahall.Model;

namespace Datahall.Cli.Client;

/// <summary>A resource as it came.</summary>
/// <remarks>
/// Tables and scripts are served from the JSON. The typed object is made when it is asked for: its metadata costs a fifth of a
/// second at start, more than everything else that <c>datahall get</c> does.
/// </remarks>
internal sealed class Received
{
    private Received(JsonElement json, ResourceKey key) => (Json, Key) = (json, key);

    /// <summary>Everything the server said.</summary>
    public JsonElement Json { get; }

    public ResourceKey Key { get; }

    public IReadOnlyDictionary<string, string> Labels =>
        Json.At("labels")?.EnumerateObject().ToDictionary(static label => label.Name, static label => label.Value.GetString() ?? "") ?? [];

    /// <summary>The same, typed.</summary>
    public Resource Value => field ??= Type(Json);

    /// <exception cref="CommandFailure">It is no resource.</exception>
    public static Received Of(JsonElement json) =>
        json.ValueKind is JsonValueKind.Object && json.Text("kind") is { } kind && json.Text("name") is { } name
            ? new(json, new(kind, name))
            : throw Unknown("it has no kind and name");

    private static Resource Type(JsonElement json)
    {
        try
        {
            var type = (JsonTypeInfo<Resource>)ResourceJson.Options.GetTypeInfo(typeof(Resource));
            return json.Deserialize(type) ?? throw Unknown("null");
        }
        catch (JsonException e)
        {
            throw Unknown(e.Message);
        }
    }

    private static CommandFailure Unknown(string why) =>
        CommandFailure.Refused($"the server sent a resource that this version of Datahall does not know ({why}); use the same version on both sides");
}
