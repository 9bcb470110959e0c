namespace Datahall.Gateway.Dispatch;

/// <summary>How many requests may be sent again: a share of those that come, and a few a second, so that retries never multiply an overload.</summary>
/// <remarks>Thread-safe, a token bucket in thousandths of a request. Source of the idea: Finagle's RetryBudget.</remarks>
internal sealed class RetryBudget(double share)
{
    private const long PerSecond = 10_000;
    private const long Most = 1_000_000;

    private readonly long perRequest = (long)(Math.Clamp(share, 0, 1) * 1000);
    private long milli = 100_000;

    public void OnRequest() => Add(perRequest);

    /// <summary>Called as time passes.</summary>
    public void OnTime(TimeSpan passed) => Add((long)(passed.TotalSeconds * PerSecond));

    public bool TryTake()
    {
        if (Interlocked.Add(ref milli, -1000) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref milli, 1000);
        return false;
    }

    // Two at once may pass the most by a little; the next ones see it.
    private void Add(long amount)
    {
        if (amount > 0 && Volatile.Read(ref milli) < Most)
        {
            Interlocked.Add(ref milli, amount);
        }
    }
}
