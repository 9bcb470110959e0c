namespace Datahall.Gateway.Balancing.Policies;

/// <summary>The fewest requests of this gateway in flight, over the weight: least (in flight + 1) ÷ weight.</summary>
/// <remarks>O(n). The scan starts anywhere, so that gateways do not all break ties towards the same one.</remarks>
internal sealed class LeastRequests : IBalancingPolicy
{
    public Destination? Pick(ReadOnlySpan<Destination> destinations, in RequestView request, long now, Random random)
    {
        Destination? best = null;
        var least = double.PositiveInfinity;
        var start = destinations.IsEmpty ? 0 : random.Next(destinations.Length);
        for (var i = 0; i < destinations.Length; i++)
        {
            var destination = destinations[(start + i) % destinations.Length];
            if (destination.IsReady && Load(destination, now) is var load && load < least)
            {
                (best, least) = (destination, load);
            }
        }

        return best;
    }

    /// <summary>(in flight + 1) ÷ weight.</summary>
    internal static double Load(Destination destination, long now) => (destination.InFlight + 1) / destination.WeightAt(now);
}
