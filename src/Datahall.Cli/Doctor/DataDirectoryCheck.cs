using Datahall.Cli.Output;
using DataDirectory = Datahall.Cli.Client.DataDirectory;

namespace Datahall.Cli.Doctor;

/// <summary>Whether the data directory is this user's, private, and has room.</summary>
internal static class DataDirectoryCheck
{
    private const long LittleBytes = 2L << 30;
    private const long TooLittleBytes = 200L << 20;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static IEnumerable<Finding> Run(string directory)
    {
        yield return Access(directory);
        yield return Space(directory);
    }

    private static Finding Access(string directory)
    {
        const string Subject = "data directory";
        var existing = Existing(directory);
        try
        {
            var probe = Path.Combine(existing, $".datahall-doctor-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Bad(Subject, $"{existing} cannot be written: {e.Message}", $"chown it to this user, or choose another with --data or DATAHALL_DATA");
        }

        var token = Path.Combine(directory, DataDirectory.TokenFile);
        if (File.Exists(token) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(token) & Others) != 0)
        {
            return Finding.Bad(Subject, $"{token} can be read by other users, who can then do everything", $"chmod 600 {token}");
        }

        return Finding.Good(Subject, existing == directory ? directory : $"{directory} (made on the first 'datahall up')");
    }

    private static Finding Space(string directory)
    {
        const string Subject = "disk";
        var free = new DriveInfo(Existing(directory)).AvailableFreeSpace;
        var detail = $"{HumanUnits.Bytes(free)} free for {directory}";
        const string Mend = "free some space, or choose another disk with --data or DATAHALL_DATA";
        return free switch
        {
            < TooLittleBytes => Finding.Bad(Subject, detail, Mend),
            < LittleBytes => Finding.Weak(Subject, detail, Mend),
            _ => Finding.Good(Subject, detail),
        };
    }

    /// <summary>The nearest directory upwards that exists.</summary>
    private static string Existing(string directory)
    {
        var existing = directory;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        return existing;
    }
}
