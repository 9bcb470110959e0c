using System.Text.Json;
using System.Text.Json.Nodes;

namespace Datahall.Learning.Files;

/// <summary>Which file of a sharded model holds which tensor: <c>model.safetensors.index.json</c>.</summary>
internal static class ShardIndex
{
    public const string FileName = "model.safetensors.index.json";

    /// <summary>Reads the file of each tensor.</summary>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        try
        {
            var map = JsonNode.Parse(File.ReadAllText(path))?["weight_map"]?.AsObject()
                ?? throw new LearningException($"{path} has no weight_map");
            return map.ToDictionary(pair => pair.Key, pair => CheckedName(pair.Value?.GetValue<string>(), path));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new LearningException($"{path} is no index of a sharded model: {e.Message}", e);
        }
    }

    /// <summary>The index as Transformers writes it.</summary>
    public static string Write(IEnumerable<KeyValuePair<string, string>> shards, long totalBytes)
    {
        var map = new JsonObject(shards.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));
        var index = new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = totalBytes }, ["weight_map"] = map };
        return index.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }

    /// <summary>A model's index must not lead out of its folder.</summary>
    private static string CheckedName(string? name, string path) => name is { Length: > 0 } && Path.GetFileName(name) == name
        ? name
        : throw new LearningException($"{path} names the shard '{name}'; a plain file name in the same folder is wanted");
}
