namespace Datahall.Gateway.Balancing.Policies;

/// <summary>Each gets its weight's share, evenly spread: all gain credit by weight, the richest is picked and pays what all gained.</summary>
/// <remarks>O(n). Source: smooth weighted round robin, nginx 1.3.1, ngx_http_upstream_round_robin.c (commit 52327e0).</remarks>
internal sealed class WeightedRoundRobin : IBalancingPolicy
{
    private readonly Lock gate = new();

    public Destination? Pick(ReadOnlySpan<Destination> destinations, in RequestView request, long now, Random random)
    {
        lock (gate)
        {
            Destination? best = null;
            var gained = 0.0;
            foreach (var destination in destinations)
            {
                if (!destination.IsReady)
                {
                    continue;
                }

                var weight = destination.WeightAt(now);
                destination.Credit += weight;
                gained += weight;
                best = best is null || destination.Credit > best.Credit ? destination : best;
            }

            best?.Credit -= gained;
            return best;
        }
    }
}
