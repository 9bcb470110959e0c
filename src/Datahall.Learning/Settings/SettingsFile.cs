using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Datahall.Model;
using Datahall.Model.Manifests;

namespace Datahall.Learning.Settings;

/// <summary>Reads settings, with changes from the command line on top.</summary>
internal static class SettingsFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="changes">Such as <c>training.epochs=5</c>: a field's path, and a JSON value or plain text.</param>
    /// <exception cref="LearningException">The file or a change is not what it should be; every error is named with its line.</exception>
    public static T Read<T>(string path, IReadOnlyList<string> changes)
        where T : class
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LearningException($"the settings cannot be read: {e.Message}", e);
        }

        var settings = Bind<T>(path, bytes);
        return changes.Count == 0 ? settings : Bind<T>("--set", Encoding.UTF8.GetBytes(Change(settings, changes).ToJsonString()));
    }

    /// <summary>The settings as JSON, as they are in force.</summary>
    public static string Write<T>(T settings) => JsonSerializer.Serialize(settings, ResourceJson.Options);

    /// <summary>A checksum of settings and files: what must be the same for a run to go on.</summary>
    public static string Fingerprint<T>(T settings, IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Write(settings)));
        foreach (var path in files)
        {
            hash.AppendData(Checksum(path));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Checksum(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return SHA256.HashData(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LearningException($"the data cannot be read: {e.Message}", e);
        }
    }

    private static T Bind<T>(string name, byte[] bytes)
        where T : class
    {
        var read = DocumentReader.Read<T>(name, bytes);
        return read.Value ?? throw new LearningException(string.Join(Environment.NewLine, read.Errors));
    }

    private static JsonObject Change<T>(T settings, IReadOnlyList<string> changes)
    {
        var root = JsonSerializer.SerializeToNode(settings, ResourceJson.Options)!.AsObject();
        foreach (var change in changes)
        {
            if (change.IndexOf('=') is not (> 0 and var equals))
            {
                throw new LearningException($"--set {change}: write a field and its value, such as training.epochs=5");
            }

            var (at, steps) = (root, change[..equals].Split('.'));
            foreach (var step in steps[..^1])
            {
                at = at[step] switch
                {
                    JsonObject inner => inner,
                    null => (JsonObject)(at[step] = new JsonObject()),
                    _ => throw new LearningException($"--set {change}: '{step}' holds a value and no fields"),
                };
            }

            at[steps[^1]] = Value(change[(equals + 1)..]);
        }

        return root;
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
