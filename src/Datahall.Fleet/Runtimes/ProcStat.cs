using System.Globalization;

namespace Datahall.Fleet.Runtimes;

/// <summary>What one line of <c>/proc/PID/stat</c> says; see proc_pid_stat(5).</summary>
/// <param name="Pid">The process.</param>
/// <param name="State">R, S, D, Z and so on.</param>
/// <param name="Session">The session, named by its first process.</param>
/// <param name="CpuTicks">User and system time, in clock ticks.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot: with the pid and the boot it names the process for good.</param>
/// <param name="ResidentPages">Memory, in pages.</param>
internal readonly record struct ProcStat(int Pid, char State, int Session, long CpuTicks, long StartTicks, long ResidentPages)
{
    /// <summary>Whether it runs code: a zombie does not.</summary>
    public bool Lives => State is not ('Z' or 'X' or 'x');

    /// <summary>Reads a line; null when it is not one. The name may hold spaces and brackets, so the last bracket counts.</summary>
    public static ProcStat? Parse(ReadOnlySpan<char> line)
    {
        var open = line.IndexOf('(');
        var close = line.LastIndexOf(')');
        if (open < 1 || close < open || !int.TryParse(line[..open].Trim(), CultureInfo.InvariantCulture, out var pid))
        {
            return null;
        }

        // Field 3 (state) is the first after the bracket.
        Span<Range> ranges = stackalloc Range[24];
        var rest = line[(close + 1)..].Trim();
        if (rest.Split(ranges, ' ') < 23)
        {
            return null;
        }

        return new(
            pid,
            rest[ranges[0]][0],
            (int)Number(rest[ranges[3]]),
            Number(rest[ranges[11]]) + Number(rest[ranges[12]]),
            Number(rest[ranges[19]]),
            Number(rest[ranges[21]]));
    }

    private static long Number(ReadOnlySpan<char> text) => long.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
