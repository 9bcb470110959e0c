using Datahall.Gateway.Balancing;

namespace Datahall.Twin.Balancing;

/// <summary>Join the shortest queue, by an oracle that sees the requests of all gateways: what policies are measured against.</summary>
internal sealed class JoinShortestQueue(Func<Destination, int> inFlight) : IBalancingPolicy
{
    public Destination? Pick(ReadOnlySpan<Destination> destinations, in RequestView request, long now, Random random)
    {
        Destination? best = null;
        var (least, tied) = (int.MaxValue, 0);
        foreach (var destination in destinations)
        {
            var load = inFlight(destination);
            tied = load < least ? 1 : load == least ? tied + 1 : tied;
            if (load < least || (load == least && random.Next(tied) == 0))
            {
                (best, least) = (destination, load);
            }
        }

        return best;
    }
}

/// <summary>Any destination, whatever its load: the other end of the scale.</summary>
internal sealed class AnyDestination : IBalancingPolicy
{
    public Destination? Pick(ReadOnlySpan<Destination> destinations, in RequestView request, long now, Random random) =>
        destinations[random.Next(destinations.Length)];
}
