using System.Globalization;
using System.Text.Json;
using Datahall.Server.Http;

namespace Datahall.Server.Hosting;

/// <summary>A data directory, locked for this process until disposed.</summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>The name of the energy ledger's file.</summary>
    public const string LedgerFile = "energy.db";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly FileStream ownership;

    private DataDirectory(string path, FileStream ownership)
    {
        Path = path;
        this.ownership = ownership;
    }

    /// <summary>The directory's full path.</summary>
    public string Path { get; }

    /// <summary>The store's file.</summary>
    public string Store => In("datahall.db");

    /// <summary>The admin token's file.</summary>
    public string AdminToken => In("admin.token");

    /// <summary>The join token's file.</summary>
    public string JoinToken => In("join.token");

    /// <summary>The file of the tokens that were made.</summary>
    public string Tokens => In("tokens.json");

    /// <summary>The built-in agent's directory.</summary>
    public string Agent => In("agent");

    private string ServerFilePath => In("server.json");

    /// <summary>Makes the directory when it is missing, and locks it.</summary>
    /// <exception cref="ServerStartException">Another server has it, or it cannot be written.</exception>
    public static DataDirectory Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(full, OwnerOnly | UnixFileMode.UserExecute);
            }
            else
            {
                Directory.CreateDirectory(full);
            }

            return new(full, Lock(System.IO.Path.Combine(full, "lock"), full));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerStartException($"the data directory {full} cannot be used: {e.Message}. Give another with --data", e);
        }
    }

    /// <summary>Says where the server is, so that clients on this machine find it.</summary>
    public void WriteServerFile(Uri url)
    {
        var beside = ServerFilePath + ".new";
        File.WriteAllBytes(
            beside, JsonSerializer.SerializeToUtf8Bytes(new ServerFile(url.ToString().TrimEnd('/'), Environment.ProcessId), ServerJson.Default.ServerFile));
        KeepToOwner(beside);

        File.Move(beside, ServerFilePath, overwrite: true);
    }

    /// <summary>Takes back what <see cref="WriteServerFile"/> said.</summary>
    public void RemoveServerFile() => File.Delete(ServerFilePath);

    /// <summary>Gives up the lock. Its file stays: removing it would race with the next owner.</summary>
    public void Dispose() => ownership.Dispose();

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private static void KeepToOwner(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, OwnerOnly);
        }
    }

    // The system gives the lock up with the process, however it ends. The pid stands in a file beside it, since nobody but
    // the owner can read a locked file.
    private static FileStream Lock(string file, string directory)
    {
        var pidFile = file + ".pid";
        FileStream? stream = null;
        try
        {
            stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            KeepToOwner(file);
            KeepToOwner(pidFile);
            return stream;
        }
        catch (IOException e) when (stream is null && File.Exists(file))
        {
            var owner = File.Exists(pidFile) ? $"the server with pid {File.ReadAllText(pidFile).Trim()}" : "another server";
            throw new ServerStartException($"{directory} is in use by {owner}: stop that one, or give another directory with --data", e);
        }
        catch
        {
            stream?.Dispose();
            throw;
        }
    }
}

/// <summary>Where the server is: <c>server.json</c> of the data directory.</summary>
/// <param name="Url">The base URL.</param>
/// <param name="Pid">The process.</param>
internal sealed record ServerFile(string Url, int Pid);
