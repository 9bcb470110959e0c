using Datahall.Model;

namespace Datahall.Control.Tasks;

/// <summary>The wait before a failed task starts again.</summary>
internal static class Backoff
{
    /// <summary>first × 2^(failures − 1), at most <paramref name="longest"/>; without jitter, for the core is deterministic.</summary>
    public static TimeSpan After(int failures, Duration first, Duration longest)
    {
        var doublings = Math.Clamp(failures - 1, 0, 30);
        return TimeSpan.FromMilliseconds(Math.Min((double)first.Milliseconds * (1L << doublings), longest.Milliseconds));
    }
}
