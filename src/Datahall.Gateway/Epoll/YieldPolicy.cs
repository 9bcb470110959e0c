namespace Datahall.Gateway.Epoll;

/// <summary>Whether a thread that has no events left lets others run first, before it sleeps until there are some.</summary>
/// <remarks>
/// Under load it pays: the others bring new events meanwhile, and find nobody they would have to wake. But whoever computes without pause keeps the
/// processor for milliseconds once it is left to him. So a thread that had to wait long does not do it again for fifty times as long: it loses at most
/// a fiftieth of its time.
/// </remarks>
internal struct YieldPolicy
{
    private const int LeastEvents = 2; // With one request at a time there is nobody to wait for.
    private const long LongWait = 1_000_000; // In nanoseconds. Those who serve requests take tens to hundreds of microseconds.
    private const int RestFactor = 50;

    private long restsUntil;

    /// <summary>Whether to yield.</summary>
    /// <param name="events">How many events there were the last time.</param>
    /// <param name="now">The time, in nanoseconds.</param>
    public readonly bool ShouldYield(int events, long now) => events >= LeastEvents && now >= restsUntil;

    /// <summary>It was done.</summary>
    /// <param name="from">When it began, in nanoseconds.</param>
    /// <param name="to">When the processor was given back.</param>
    public void OnYielded(long from, long to)
    {
        if (to - from > LongWait)
        {
            restsUntil = to + (RestFactor * (to - from));
        }
    }
}
