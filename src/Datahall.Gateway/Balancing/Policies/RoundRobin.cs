namespace Datahall.Gateway.Balancing.Policies;

/// <summary>One after another. Weights and slow start do not matter.</summary>
internal sealed class RoundRobin : IBalancingPolicy
{
    private uint next;

    public Destination? Pick(ReadOnlySpan<Destination> destinations, in RequestView request, long now, Random random) => destinations.IsEmpty
        ? null
        : Scan.From(destinations, (int)(Interlocked.Increment(ref next) % (uint)destinations.Length));
}
