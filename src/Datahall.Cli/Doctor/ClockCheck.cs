using System.Runtime.InteropServices;

namespace Datahall.Cli.Doctor;

/// <summary>Whether something keeps this machine's clock right.</summary>
internal static class ClockCheck
{
    private const string Subject = "clock";
    private const int Unsynchronised = 5; // TIME_ERROR of adjtimex(2)
    private const string Mend = "run chrony or systemd-timesyncd (Debian: apt install chrony); in a container the host's clock counts";

    private static readonly string[] Keepers = ["chronyd", "ntpd", "systemd-timesyncd"];

    public static Finding Run()
    {
        // A struct timex of 208 bytes with modes = 0 asks and changes nothing.
        var state = Adjust(new byte[256]);
        if (state is >= 0 and not Unsynchronised)
        {
            return Finding.Good(Subject, "the kernel's clock is synchronised");
        }

        var keeper = RunningKeeper();
        return (state, keeper) switch
        {
            (Unsynchronised, { } name) => Finding.Weak(Subject, $"{name} runs but has not synchronised the clock yet", "wait a minute; then look at the daemon's sources"),
            (Unsynchronised, _) => Finding.Weak(Subject, "not synchronised, and neither chrony nor timesyncd nor ntpd runs: times of nodes will differ", Mend),
            _ => Finding.Weak(Subject, "the kernel does not say whether it is synchronised (adjtimex is not permitted)", Mend),
        };
    }

    private static string? RunningKeeper() => Directory.Exists("/proc")
        ? Directory.EnumerateDirectories("/proc").Select(NameOf).FirstOrDefault(static name => Keepers.Any(keeper => keeper.StartsWith(name, StringComparison.Ordinal)))
        : null;

    /// <summary>The process's name, which the kernel cuts at 15 characters; a space, which no keeper starts with, for none.</summary>
    private static string NameOf(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "comm")).Trim() is { Length: > 3 } name ? name : " ";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return " ";
        }
    }

    [DllImport("libc", EntryPoint = "adjtimex")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Adjust(byte[] timex);
}
