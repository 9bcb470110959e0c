using System.Diagnostics;

namespace Datahall.Cli.Bench.Load;

/// <summary>A request that is due.</summary>
/// <param name="Due">When, a timestamp of <see cref="Stopwatch"/>. Latency counts from here, whenever it is sent.</param>
/// <param name="Target">The index of the target.</param>
/// <param name="IsMeasured">Whether it counts; not in the warm-up.</param>
internal readonly record struct Arrival(long Due, int Target, bool IsMeasured);

/// <summary>Where a worker gets its next request.</summary>
internal interface IArrivals
{
    /// <summary>The next request for a worker; null when there will be none.</summary>
    ValueTask<Arrival?> NextAsync(Worker worker);
}
