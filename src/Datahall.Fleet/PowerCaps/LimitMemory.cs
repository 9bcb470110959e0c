using System.Text.Json;

namespace Datahall.Fleet.PowerCaps;

/// <summary>The limits that devices had before their first cap, on disk: an agent that died meanwhile does not take a cap for what was before.</summary>
/// <param name="directory">The agent's data directory.</param>
internal sealed class LimitMemory(string directory)
{
    private readonly string file = Path.Combine(directory, "power-limits.json");

    /// <summary>Whether something is remembered: devices may be capped.</summary>
    public bool Any => File.Exists(file);

    /// <summary>The limits from before, in watts, by device.</summary>
    /// <exception cref="IOException">The file cannot be read, or holds something else.</exception>
    public Dictionary<string, double> Read()
    {
        if (!Any)
        {
            return new(StringComparer.Ordinal);
        }

        try
        {
            return new(AgentJson.Read<Dictionary<string, double>>(File.ReadAllBytes(file)), StringComparer.Ordinal);
        }
        catch (JsonException e)
        {
            throw new IOException($"'{file}' does not hold the limits from before the power cap ({e.Message}); set the devices' limits by hand and delete it", e);
        }
    }

    /// <summary>Remembers them; on disk when it returns.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public void Write(Dictionary<string, double> limits)
    {
        if (limits.Count == 0)
        {
            File.Delete(file);
            return;
        }

        using (var stream = new FileStream(file + ".new", FileMode.Create, FileAccess.Write))
        {
            stream.Write(AgentJson.Write(limits));
            stream.Flush(flushToDisk: true);
        }

        File.Move(file + ".new", file, overwrite: true);
    }
}
