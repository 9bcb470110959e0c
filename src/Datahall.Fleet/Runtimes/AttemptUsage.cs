using Datahall.Control.Agents;

namespace Datahall.Fleet.Runtimes;

/// <summary>What one attempt uses.</summary>
/// <param name="Key">The attempt.</param>
/// <param name="CpuSeconds">Processor time so far; the difference of two looks over their distance is the use.</param>
/// <param name="MemoryBytes">Memory now.</param>
internal readonly record struct AttemptUsage(AttemptKey Key, double CpuSeconds, long MemoryBytes)
{
    private const double TicksPerSecond = 100; // USER_HZ, fixed in the kernel's interface on every platform we run on.

    /// <summary>From the attempt's cgroup, or from its session's processes where there is none.</summary>
    public static AttemptUsage Of(RunningAttempt attempt, ProcessSnapshot processes)
    {
        var cpu = attempt.Cgroup.CpuSeconds;
        var memory = attempt.Cgroup.MemoryBytes;
        if ((cpu is null || memory is null) && attempt.Session is { } session)
        {
            var members = processes.BySession[session].ToList();
            cpu ??= members.Sum(static stat => stat.CpuTicks) / TicksPerSecond;
            memory ??= members.Sum(static stat => stat.ResidentPages) * Environment.SystemPageSize;
        }

        return new(attempt.Directory.Key, cpu ?? 0, memory ?? 0);
    }
}
