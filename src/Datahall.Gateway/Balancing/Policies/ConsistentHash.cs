namespace Datahall.Gateway.Balancing.Policies;

/// <summary>The same key to the same destination, but to none that has more than <paramref name="factor"/> times its share of the requests in flight.</summary>
/// <param name="factor">Above 1.</param>
/// <remarks>
/// Room of a destination: ⌈factor × (in flight of all + 1) × weight ÷ weight of all⌉. The highest draw with room wins. A request without a key goes by
/// <see cref="LeastEwma"/>. Source: Mirrokni, Thorup and Zadimoghaddam, Consistent Hashing with Bounded Loads, SODA 2018; here over rendezvous hashing, so that
/// what one destination has no room for is spread over all others and not put on its neighbour.
/// </remarks>
internal sealed class ConsistentHash(double factor) : IBalancingPolicy
{
    private readonly LeastEwma keyless = new();

    public Destination? Pick(ReadOnlySpan<Destination> destinations, in RequestView request, long now, Random random)
    {
        if (request.HashKey == 0)
        {
            return keyless.Pick(destinations, request, now, random);
        }

        var (inFlight, weight) = (0, 0.0);
        foreach (var destination in destinations)
        {
            if (destination.IsReady)
            {
                inFlight += destination.InFlight;
                weight += destination.WeightAt(now);
            }
        }

        Destination? best = null;
        var highest = double.NegativeInfinity;
        var share = factor * (inFlight + 1) / weight;
        foreach (var destination in destinations)
        {
            if (destination.IsReady && destination.InFlight < Math.Ceiling(share * destination.WeightAt(now))
                && Rendezvous.Draw(destination, request.HashKey) is var draw && draw > highest)
            {
                (best, highest) = (destination, draw);
            }
        }

        // Between the two passes another thread may have filled the last room.
        return best ?? Rendezvous.Pick(destinations, request.HashKey);
    }
}
