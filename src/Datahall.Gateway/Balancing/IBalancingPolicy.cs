namespace Datahall.Gateway.Balancing;

/// <summary>Chooses where a request goes.</summary>
/// <remarks>Thread-safe. Takes no clock and no chance of its own, waits for nothing, and allocates nothing.</remarks>
public interface IBalancingPolicy
{
    /// <summary>Chooses a destination that is ready.</summary>
    /// <param name="destinations">All there are.</param>
    /// <param name="request">The request.</param>
    /// <param name="now">The time, in nanoseconds of a clock that never goes back.</param>
    /// <param name="random">The caller's generator; not shared between threads.</param>
    /// <returns>The destination; null when none is ready.</returns>
    Destination? Pick(ReadOnlySpan<Destination> destinations, in RequestView request, long now, Random random);

    /// <summary>Learns where a request went.</summary>
    /// <param name="destination">Where it went; not always what was picked, for the request may be tried elsewhere.</param>
    /// <param name="request">The request.</param>
    /// <param name="now">The time, in nanoseconds.</param>
    void OnStart(Destination destination, in RequestView request, long now)
    {
    }
}
