namespace Datahall.Server.Stores;

/// <summary>Makes a store's file, and keeps a second writer away: by a lock on a file beside it, which the system gives up with the process.</summary>
/// <remarks>SQLite's own exclusive mode would lock out readers too, such as a user's sqlite3 shell.</remarks>
internal static class StoreFile
{
    /// <summary>Makes the file when there is none and locks it until the result is disposed.</summary>
    /// <remarks>
    /// Once SQLite has the file open nobody else in this process may open and close it: that would drop SQLite's own locks (POSIX).
    /// The lock file and the owner's stay, since removing it would race with the next owner.
    /// </remarks>
    /// <exception cref="IOException">Another store has the file open; the message names its process.</exception>
    public static IDisposable Take(string path)
    {
        MakeDirectoryOf(path);
        var owner = Lock(path);
        try
        {
            new FileStream(path, PrivateFile(FileAccess.ReadWrite, FileShare.ReadWrite)).Dispose();
            return owner;
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    private static FileStream Lock(string path)
    {
        FileStream owner;
        try
        {
            owner = new(path + ".lock", PrivateFile(FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (File.Exists(path + ".lock"))
        {
            throw new IOException($"{path} is open in {OwnerOf(path)}: a store has one writer. End that process, or use another file", e);
        }

        try
        {
            // Beside the lock: what is locked cannot be opened, not even to read who did it.
            using var named = new StreamWriter(path + ".pid", PrivateFile(FileAccess.Write, FileShare.Read));
            named.BaseStream.SetLength(0);
            named.Write(Environment.ProcessId);
            return owner;
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    private static void MakeDirectoryOf(string path)
    {
        var directory = Path.GetDirectoryName(path) ?? throw new IOException($"{path} names no file");
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Opens or makes a file that only its owner may read: specs hold environment variables, and those hold secrets.</summary>
    private static FileStreamOptions PrivateFile(FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static string OwnerOf(string path)
    {
        try
        {
            return $"process {File.ReadAllText(path + ".pid")}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // The message does without the number.
        {
            return "another process";
        }
    }
}
