using System.Globalization;
using System.Text;

namespace Datahall.Fleet.Agents;

/// <summary>Holds an agent's data directory for one agent, and remembers the store that its tasks come from.</summary>
internal sealed class AgentDirectory : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _identity;

    /// <exception cref="IOException">Another agent has the directory; the message names its pid.</exception>
    public AgentDirectory(string path)
    {
        Directory.CreateDirectory(path);
        _identity = Path.Combine(path, "store-identity");
        var file = Path.Combine(path, "agent.lock");
        try
        {
            _lock = new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"another agent (process {OwnerOf(file)}) uses the data directory '{path}'; stop it, or give this one a directory of its own", e);
        }

        _lock.SetLength(0);
        _lock.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        _lock.Flush();
    }

    /// <summary>The store that the tasks come from; null before the first registration.</summary>
    public string? StoreIdentity
    {
        get => File.Exists(_identity) && File.ReadAllText(_identity).Trim() is { Length: > 0 } text ? text : null;
        set
        {
            File.WriteAllText(_identity + ".new", value + "\n");
            File.Move(_identity + ".new", _identity, overwrite: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static string OwnerOf(string file)
    {
        // Shared for everything, or the framework would ask for the lock that the owner holds.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd() is { Length: > 0 } pid ? pid : "unknown";
    }
}
