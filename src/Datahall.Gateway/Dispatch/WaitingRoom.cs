using Datahall.Gateway.Tenancy;

namespace Datahall.Gateway.Dispatch;

/// <summary>Where requests of a route wait for a replica: higher priorities first, tenants of one priority in fair turn by weight.</summary>
/// <remarks>
/// Thread-safe; allocates only for tenants not seen before. Start-time fair queueing with requests of cost 1: the tenant with the least start tag is
/// next. Source: Goyal, Vin and Cheng, Start-time Fair Queueing, SIGCOMM 1996.
/// </remarks>
internal sealed class WaitingRoom
{
    private readonly Lock gate = new();
    private readonly Dictionary<TenantState, Line> lines = [];
    private readonly List<Line> busy = [];
    private double virtualTime;
    private int count;

    /// <summary>How many wait.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Takes a request in, unless the room is full of requests that are as important.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="most">How many may wait.</param>
    /// <param name="shed">The request that had to go for it; null: none.</param>
    /// <returns>Whether it may wait.</returns>
    public bool TryEnter(Exchange exchange, int most, out Exchange? shed)
    {
        lock (gate)
        {
            shed = null;
            var line = LineOf(exchange.Tenant);
            if (count >= most)
            {
                shed = LeastImportant(line);
                if (shed is null)
                {
                    return false;
                }

                Leave(shed, Grant.Shed);
            }

            if (line.Waiting.Count == 0)
            {
                line.Start = Math.Max(line.Start, virtualTime);
                busy.Add(line);
            }

            line.Waiting.AddLast(exchange.Place);
            count++;
            return true;
        }
    }

    /// <summary>Takes the next one out; null when nobody waits. It holds a place at the replicas from now on.</summary>
    public Exchange? TakeNext()
    {
        lock (gate)
        {
            Line? next = null;
            foreach (var line in busy)
            {
                if (next is null || line.Tenant.Priority > next.Tenant.Priority || (line.Tenant.Priority == next.Tenant.Priority && line.Start < next.Start))
                {
                    next = line;
                }
            }

            if (next?.Waiting.First?.Value is not { } exchange)
            {
                return null;
            }

            virtualTime = next.Start;
            next.Start += 1 / next.Tenant.Weight;
            exchange.HoldsSlot = true;
            Leave(exchange, Grant.Go);
            return exchange;
        }
    }

    /// <summary>Takes one out that has waited too long; null when there is none.</summary>
    public Exchange? TakeExpired(long now)
    {
        lock (gate)
        {
            foreach (var line in busy)
            {
                if (line.Waiting.First?.Value is { } first && first.WaitsUntil <= now)
                {
                    Leave(first, Grant.Expired);
                    return first;
                }
            }

            return null;
        }
    }

    /// <summary>Takes a request out whose client went away.</summary>
    /// <returns>Whether it still waited.</returns>
    public bool TryRemove(Exchange exchange)
    {
        lock (gate)
        {
            if (exchange.Place.List is null)
            {
                return false;
            }

            Leave(exchange, Grant.None);
            return true;
        }
    }

    private void Leave(Exchange exchange, Grant grant)
    {
        exchange.Grant = grant;
        var line = LineOf(exchange.Tenant);
        line.Waiting.Remove(exchange.Place);
        count--;
        if (line.Waiting.Count == 0)
        {
            busy.Remove(line);
        }
    }

    // The last of the longest line, by weight, of the lowest priority; among equals only a line that is longer than the newcomer's gives way.
    private Exchange? LeastImportant(Line newcomer)
    {
        Line? least = null;
        foreach (var line in busy)
        {
            if (least is null || line.Tenant.Priority < least.Tenant.Priority || (line.Tenant.Priority == least.Tenant.Priority && line.Length > least.Length))
            {
                least = line;
            }
        }

        var givesWay = least is not null && (least.Tenant.Priority < newcomer.Tenant.Priority
            || (least.Tenant.Priority == newcomer.Tenant.Priority && least.Length > newcomer.Length + (1 / newcomer.Tenant.Weight)));
        return givesWay ? least!.Waiting.Last?.Value : null;
    }

    private Line LineOf(TenantState tenant)
    {
        if (!lines.TryGetValue(tenant, out var line))
        {
            lines[tenant] = line = new(tenant);
        }

        return line;
    }

    private sealed class Line(TenantState tenant)
    {
        public TenantState Tenant { get; } = tenant;

        public LinkedList<Exchange> Waiting { get; } = [];

        /// <summary>The start tag of the first that waits.</summary>
        public double Start { get; set; }

        /// <summary>How many wait, by weight.</summary>
        public double Length => Waiting.Count / Tenant.Weight;
    }
}
