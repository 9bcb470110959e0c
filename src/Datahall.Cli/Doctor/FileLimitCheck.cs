using System.Globalization;

namespace Datahall.Cli.Doctor;

/// <summary>How many files and connections a process may have open.</summary>
internal static class FileLimitCheck
{
    private const long Enough = 8192;
    private const string Subject = "open files";

    public static Finding Run()
    {
        var line = File.Exists("/proc/self/limits")
            ? File.ReadLines("/proc/self/limits").FirstOrDefault(static line => line.StartsWith("Max open files", StringComparison.Ordinal))
            : null;
        if (line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [_, _, _, var soft, ..])
        {
            return Finding.Weak(Subject, "the limit cannot be read", "mount /proc");
        }

        return soft is "unlimited" || (long.TryParse(soft, CultureInfo.InvariantCulture, out var limit) && limit >= Enough)
            ? Finding.Good(Subject, $"{soft} allowed")
            : Finding.Weak(Subject, $"only {soft} allowed; each watch, agent and task's log takes one", $"ulimit -n {Enough}, or LimitNOFILE={Enough} in the systemd unit");
    }
}
