namespace Datahall.Gateway.Balancing.Policies;

/// <summary>Of two at random the one with fewer requests in flight, over the weight.</summary>
/// <remarks>O(1). Source: M. Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 12(10), 2001.</remarks>
internal sealed class PowerOfTwo : IBalancingPolicy
{
    public Destination? Pick(ReadOnlySpan<Destination> destinations, in RequestView request, long now, Random random)
    {
        var one = Scan.Random(destinations, random);
        var other = Scan.Random(destinations, random);
        return one is null || other is null || LeastRequests.Load(one, now) <= LeastRequests.Load(other, now) ? one ?? other : other;
    }
}
