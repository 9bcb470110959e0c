using System.Globalization;

namespace Datahall.Fleet.Agents;

/// <summary>Holds an agent's data directory for one agent, and remembers the store that its tasks come from.</summary>
internal sealed class AgentDirectory : IDisposable
{
    private readonly FileStream lockFile;
    private readonly string identity;

    /// <exception cref="IOException">Another agent has the directory; the message names its pid.</exception>
    public AgentDirectory(string path)
    {
        Directory.CreateDirectory(path);
        identity = Path.Combine(path, "store-identity");
        try
        {
            lockFile = new(Path.Combine(path, "agent.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"another agent (process {OwnerOf(path)}) uses the data directory '{path}'; stop it, or give this one a directory of its own", e);
        }

        // Beside the lock: the framework would ask for the lock to read the file that carries it.
        File.WriteAllText(Path.Combine(path, "agent.pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The store that the tasks come from; null before the first registration.</summary>
    public string? StoreIdentity
    {
        get => File.Exists(identity) && File.ReadAllText(identity).Trim() is { Length: > 0 } text ? text : null;
        set
        {
            File.WriteAllText(identity + ".new", value + "\n");
            File.Move(identity + ".new", identity, overwrite: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => lockFile.Dispose();

    private static string OwnerOf(string path)
    {
        var file = Path.Combine(path, "agent.pid");
        return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } pid ? pid : "unknown";
    }
}
