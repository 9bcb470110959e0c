using System.Globalization;

namespace Datahall.Fleet.Runtimes;

/// <summary>The machine's processes, read from <c>/proc</c>.</summary>
internal static class ProcessTable
{
    /// <summary>The boot, so that a pid of before is not taken for one of now.</summary>
    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>One process; null when it does not exist.</summary>
    public static ProcStat? Find(int pid)
    {
        try
        {
            return ProcStat.Parse(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat")));
        }
        catch (IOException) // It is gone, or went while it was read.
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The living processes, by session. One look at every process: about 10 µs each.</summary>
    public static ILookup<int, ProcStat> BySession() => Directory.EnumerateDirectories("/proc")
        .Select(static path => int.TryParse(Path.GetFileName(path.AsSpan()), CultureInfo.InvariantCulture, out var pid) ? Find(pid) : null)
        .Where(static stat => stat is { Lives: true })
        .ToLookup(static stat => stat!.Value.Session, static stat => stat!.Value);
}
