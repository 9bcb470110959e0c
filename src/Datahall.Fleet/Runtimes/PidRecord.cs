using System.Globalization;

namespace Datahall.Fleet.Runtimes;

/// <summary>Who leads an attempt: the wrapper's pid, start time and boot, as it wrote them itself.</summary>
/// <param name="Boot">The boot.</param>
/// <param name="Pid">The wrapper, which is also the attempt's process group and session.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot.</param>
internal sealed record PidRecord(string Boot, int Pid, long StartTicks)
{
    public static PidRecord? Parse(string text) =>
        text.Split('\n') is [var boot, var line, ..] && ProcStat.Parse(line) is { } stat ? new(boot, stat.Pid, stat.StartTicks) : null;

    /// <summary>Whether the wrapper is the process it was, and lives.</summary>
    public bool Lives(string boot) => Boot == boot && ProcessTable.Find(Pid) is { Lives: true } stat && stat.StartTicks == StartTicks;

    /// <summary>Whether the pid, and so the group and session of this name, now belong to somebody else.</summary>
    public bool IsTaken(string boot) => Boot != boot || (ProcessTable.Find(Pid) is { } stat && stat.StartTicks != StartTicks);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"process {Pid}");
}
