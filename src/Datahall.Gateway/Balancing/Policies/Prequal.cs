namespace Datahall.Gateway.Balancing.Policies;

/// <summary>Asks a few destinations with each request, and picks by the answers that are still fresh.</summary>
/// <remarks>
/// A newer answer of a destination takes the place of its older one; answers of those that failed most of the latest requests are not taken. Hot is an answer with more requests in flight than the quantile of the pool. Of the cold the one with the least latency is picked; when all are hot, the one with
/// the fewest in flight. After a request one answer goes: in turn the oldest and the worst. An answer is used at most ⌈b⌉ times,
/// b = max(1, (1 + δ) ÷ ((1 − pool ÷ n) × probes − 1)) with no more of the pool than half of n, and never after it is stale; each use adds the request that it brought. With fewer than two answers: at random.
/// Source: Wydrowski, Kleinberg, Rumble and Archer, Load is not what you should balance: Introducing Prequal, NSDI 2024, section 4.
/// </remarks>
internal sealed class Prequal : IBalancingPolicy, IProbeListener
{
    private const double LeastTrust = 0.5;

    private readonly Lock gate = new();
    private readonly PrequalOptions options;
    private readonly SendProbe send;
    private readonly Answer[] pool;
    private readonly int[] sorted;
    private readonly long fresh;
    private int count;
    private bool worstIsNext;

    public Prequal(PrequalOptions options, SendProbe send)
    {
        (this.options, this.send) = (options, send);
        (pool, sorted, fresh) = (new Answer[options.PoolSize], new int[options.PoolSize], (long)(options.FreshSeconds * 1e9));
    }

    public Destination? Pick(ReadOnlySpan<Destination> destinations, in RequestView request, long now, Random random)
    {
        Destination? picked = null;
        lock (gate)
        {
            Drop(now);
            if (count >= 2)
            {
                var hot = HotAbove();
                picked = Use(Best(hot), Budget(destinations.Length));
                RemoveOne(hot);
            }
        }

        // Outside the lock: an answer may come within the call.
        for (var i = 0; i < options.ProbesPerRequest; i++)
        {
            if (Scan.Random(destinations, random) is { } asked)
            {
                send(asked, this);
            }
        }

        return picked ?? Scan.Random(destinations, random);
    }

    public void OnProbe(Destination destination, int inFlight, double latency, long now)
    {
        // One that fails fast has few in flight and is quick: it would always look best.
        if (destination.TrustAt(now) < LeastTrust)
        {
            return;
        }

        lock (gate)
        {
            RemoveOlder(destination);
            if (count == pool.Length)
            {
                Remove(Oldest());
            }

            pool[count++] = new(destination, inFlight, latency, now, 0);
        }
    }

    private void RemoveOlder(Destination destination)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            if (pool[i].Destination == destination)
            {
                Remove(i);
            }
        }
    }

    private void Drop(long now)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            if (now - pool[i].Came > fresh || !pool[i].Destination.IsReady)
            {
                Remove(i);
            }
        }
    }

    private int HotAbove()
    {
        for (var i = 0; i < count; i++)
        {
            sorted[i] = pool[i].InFlight;
        }

        sorted.AsSpan(0, count).Sort();
        return sorted[Math.Min((int)(options.HotQuantile * count), count - 1)];
    }

    private int Best(int hot)
    {
        var best = 0;
        for (var i = 1; i < count; i++)
        {
            best = IsWorse(pool[best], pool[i], hot) ? i : best;
        }

        return best;
    }

    // Hot is worse than cold. Among the hot the requests in flight count, among the cold the latency.
    private static bool IsWorse(in Answer one, in Answer other, int hot) => (one.InFlight > hot, other.InFlight > hot) switch
    {
        (true, true) => one.InFlight > other.InFlight,
        (false, false) => one.Latency > other.Latency,
        var (oneIsHot, _) => oneIsHot,
    };

    private Destination Use(int i, double budget)
    {
        var answer = pool[i] = pool[i] with { InFlight = pool[i].InFlight + 1, Uses = pool[i].Uses + 1 };
        if (answer.Uses >= budget)
        {
            Remove(i);
        }

        return answer.Destination;
    }

    private double Budget(int destinations)
    {
        var gained = ((1 - (Math.Min(pool.Length, destinations * 0.5) / destinations)) * options.ProbesPerRequest) - 1;
        return gained > 0 ? Math.Max(1, (1 + options.ReuseDelta) / gained) : double.PositiveInfinity; // Few destinations: age alone ends an answer.
    }

    private void RemoveOne(int hot)
    {
        if (count < 2)
        {
            return;
        }

        var worst = 0;
        for (var i = 1; i < count && worstIsNext; i++)
        {
            worst = IsWorse(pool[i], pool[worst], hot) ? i : worst;
        }

        Remove(worstIsNext ? worst : Oldest());
        worstIsNext = !worstIsNext;
    }

    private int Oldest()
    {
        var oldest = 0;
        for (var i = 1; i < count; i++)
        {
            oldest = pool[i].Came < pool[oldest].Came ? i : oldest;
        }

        return oldest;
    }

    private void Remove(int i) => pool[i] = pool[--count];

    private readonly record struct Answer(Destination Destination, int InFlight, double Latency, long Came, int Uses);
}
