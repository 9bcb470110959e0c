namespace Datahall.Gateway.Tenancy;

/// <summary>So many a minute, a minute's worth at once. Thread-safe.</summary>
internal sealed class TokenBucket
{
    private const double SecondsPerMinute = 60;

    private readonly Lock gate = new();
    private double perMinute;
    private double level;
    private long filled;

    /// <summary>Sets the rate; what was used up stays used up.</summary>
    /// <param name="rate">How many a minute; 0: no limit.</param>
    /// <param name="now">The time, in nanoseconds.</param>
    public void Set(double rate, long now)
    {
        lock (gate)
        {
            Fill(now);
            level = perMinute == 0 ? rate : Math.Min(level * rate / perMinute, rate);
            perMinute = rate;
        }
    }

    /// <summary>Takes so many, if there are.</summary>
    /// <param name="amount">How many, 0 or more; 0: whether any are left.</param>
    /// <param name="now">The time, in nanoseconds.</param>
    /// <returns>0 when they were taken; otherwise after how many seconds they will be there.</returns>
    public double Take(double amount, long now)
    {
        if (Volatile.Read(ref perMinute) == 0)
        {
            return 0;
        }

        lock (gate)
        {
            Fill(now);
            var least = Math.Max(amount, double.Epsilon);
            if (level >= least)
            {
                level -= amount;
                return 0;
            }

            return (Math.Max(amount, 1) - level) / perMinute * SecondsPerMinute;
        }
    }

    /// <summary>Takes what was used without asking; the level may go below 0.</summary>
    public void Charge(double amount, long now)
    {
        lock (gate)
        {
            Fill(now);
            level = perMinute == 0 ? level : level - amount;
        }
    }

    private void Fill(long now)
    {
        level = Math.Min(perMinute, level + (Math.Max(now - filled, 0) / 1e9 / SecondsPerMinute * perMinute));
        filled = Math.Max(now, filled);
    }
}
