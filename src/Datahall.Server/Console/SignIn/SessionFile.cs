using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Datahall.Server.Console.SignIn;

/// <summary>The sessions in a file that only its owner may read. It holds hashes: who reads it cannot sign in with it.</summary>
/// <param name="path">The file; made with the first session.</param>
internal sealed class SessionFile(string path)
{
    private readonly Lock gate = new();

    /// <summary>Reads the sessions; a file that is missing or damaged holds none, and people sign in again.</summary>
    public IReadOnlyList<ConsoleSession> Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), SessionJson.Default.ConsoleSessionArray) ?? [] : [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Writes the sessions as they are when their turn comes; when that fails, they are only forgotten by the next start.</summary>
    public void Write(ConcurrentDictionary<string, ConsoleSession> sessions)
    {
        lock (gate)
        {
            try
            {
                var beside = path + ".new";
                File.Delete(beside);
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using (var stream = new FileStream(beside, options))
                {
                    JsonSerializer.Serialize(stream, [.. sessions.Values], SessionJson.Default.ConsoleSessionArray);
                }

                File.Move(beside, path, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A full disk must not keep people out of the console that shows it.
            }
        }
    }
}

/// <summary>The format of the sessions' file.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ConsoleSession[]))]
internal sealed partial class SessionJson : JsonSerializerContext;
