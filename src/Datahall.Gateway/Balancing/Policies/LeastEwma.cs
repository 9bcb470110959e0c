namespace Datahall.Gateway.Balancing.Policies;

/// <summary>The default: least cost × (in flight + 1) ÷ weight, where cost is the moving average of latencies over the share of answers that were no failures.</summary>
/// <remarks>
/// O(n). The average sees what other gateways send there, the requests in flight see what this one just did. Source of the form: Finagle's and Linkerd's
/// Peak EWMA, here over all destinations instead of two, and with plain averages: peaks make one slow answer drive everybody away.
/// </remarks>
internal sealed class LeastEwma : IBalancingPolicy
{
    public Destination? Pick(ReadOnlySpan<Destination> destinations, in RequestView request, long now, Random random)
    {
        Destination? best = null;
        var least = double.PositiveInfinity;
        var usual = Usual(destinations);
        var start = destinations.IsEmpty ? 0 : random.Next(destinations.Length);
        for (var i = 0; i < destinations.Length; i++)
        {
            var destination = destinations[(start + i) % destinations.Length];
            if (!destination.IsReady)
            {
                continue;
            }

            var cost = destination.CostAt(now, usual) * LeastRequests.Load(destination, now);
            if (cost < least)
            {
                (best, least) = (destination, cost);
            }
        }

        return best;
    }

    // 1 while nothing is known anywhere: then only the requests in flight count.
    private static double Usual(ReadOnlySpan<Destination> destinations)
    {
        var (sum, known) = (0.0, 0);
        foreach (var destination in destinations)
        {
            if (destination is { IsReady: true, Latency: > 0 and var latency })
            {
                (sum, known) = (sum + latency, known + 1);
            }
        }

        return known > 0 ? sum / known : 1;
    }
}
