using System.Globalization;
using System.Text.Json;
using Datahall.Server.Http;

namespace Datahall.Server.Hosting;

/// <summary>A data directory, locked for this process until disposed.</summary>
internal sealed class DataDirectory : IDisposable
{
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
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(beside, OwnerOnly);
        }

        File.Move(beside, ServerFilePath, overwrite: true);
    }

    /// <summary>Takes back what <see cref="WriteServerFile"/> said.</summary>
    public void RemoveServerFile() => File.Delete(ServerFilePath);

    /// <summary>Gives up the lock. Its file stays: removing it would race with the next owner.</summary>
    public void Dispose() => ownership.Dispose();

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private static FileStream Lock(string file, string directory)
    {
        FileStream? stream = null;
        try
        {
            // The system gives the lock up with the process, however it ends.
            stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            stream.SetLength(0);
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            stream.Flush();
            return stream;
        }
        catch (IOException e) when (stream is null && File.Exists(file))
        {
            throw new ServerStartException(
                $"{directory} is in use by {Owner(file)}: stop it with 'kill PID', or give another directory with --data", e);
        }
        catch
        {
            stream?.Dispose();
            throw;
        }
    }

    private static string Owner(string file)
    {
        try
        {
            // ReadAllText would ask for a shared lock, which the owner's denies.
            using var handle = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(handle);
            return reader.ReadToEnd().Trim() is { Length: > 0 } pid ? $"the server with pid {pid}" : "another server";
        }
        catch (IOException) // On some systems the lock covers reading, too.
        {
            return "another server";
        }
    }
}

/// <summary>Where the server is: <c>server.json</c> of the data directory.</summary>
/// <param name="Url">The base URL.</param>
/// <param name="Pid">The process.</param>
internal sealed record ServerFile(string Url, int Pid);
