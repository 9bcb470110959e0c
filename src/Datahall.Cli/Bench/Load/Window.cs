using System.Diagnostics;

namespace Datahall.Cli.Bench.Load;

/// <summary>The times of a run, as timestamps of <see cref="Stopwatch"/>.</summary>
/// <param name="Start">The first request.</param>
/// <param name="Measured">From here requests count.</param>
/// <param name="End">From here there are no new ones.</param>
internal readonly record struct Window(long Start, long Measured, long End)
{
    /// <summary>A run that begins at a time.</summary>
    public static Window From(long start, TimeSpan warmUp, TimeSpan duration) =>
        new(start, start + Ticks(warmUp.TotalSeconds), start + Ticks((warmUp + duration).TotalSeconds));

    /// <summary>Seconds as ticks of <see cref="Stopwatch"/>.</summary>
    public static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);

    /// <summary>Whether a request that is due then counts.</summary>
    public bool Measures(long due) => due >= Measured;
}
