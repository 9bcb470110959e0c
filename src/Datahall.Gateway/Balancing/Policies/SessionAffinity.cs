namespace Datahall.Gateway.Balancing.Policies;

/// <summary>A session stays where it is. New ones go by <see cref="LeastEwma"/>.</summary>
/// <remarks>
/// A session key that is a destination's hash, as a gateway's cookie carries it, leads to that one. Any other key, or one whose destination is gone, is
/// hashed (<see cref="Rendezvous"/>), the same at every gateway. O(n).
/// </remarks>
internal sealed class SessionAffinity : IBalancingPolicy
{
    private readonly LeastEwma first = new();

    public Destination? Pick(ReadOnlySpan<Destination> destinations, in RequestView request, long now, Random random)
    {
        if (request.SessionKey == 0)
        {
            return first.Pick(destinations, request, now, random);
        }

        foreach (var destination in destinations)
        {
            if (destination.Hash == request.SessionKey && destination.IsReady)
            {
                return destination;
            }
        }

        return Rendezvous.Pick(destinations, request.SessionKey);
    }
}
