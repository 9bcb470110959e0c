namespace Datahall.Gateway.Balancing;

/// <summary>The destinations of a route with the policy that chooses among them.</summary>
/// <remarks>Thread-safe; no member but <see cref="Replace"/> allocates. Each gateway has its own: nothing is shared between gateways.</remarks>
public sealed class Balancer
{
    private readonly IBalancingPolicy policy;
    private volatile Destination[] destinations;

    /// <summary>A balancer.</summary>
    /// <param name="policy">The policy; it belongs to this balancer.</param>
    /// <param name="destinations">The destinations; they belong to this balancer.</param>
    public Balancer(IBalancingPolicy policy, IEnumerable<Destination> destinations) => (this.policy, this.destinations) = (policy, [.. destinations]);

    /// <summary>The destinations.</summary>
    public IReadOnlyList<Destination> Destinations => destinations;

    /// <summary>Swaps the destinations whole. Those that stay keep what is known about them; those that go are never picked again.</summary>
    /// <param name="next">The destinations from now on.</param>
    public void Replace(IEnumerable<Destination> next)
    {
        Destination[] coming = [.. next];
        var going = destinations.Except(coming).ToList();
        destinations = coming;
        going.ForEach(static destination => destination.MarkUnready());
    }

    /// <summary>Chooses where a request goes. It does not count as in flight before <see cref="OnStart"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="now">The time, in nanoseconds of a clock that never goes back.</param>
    /// <param name="random">The caller's generator, not shared between threads.</param>
    /// <returns>The destination; null when none is ready.</returns>
    public Destination? Pick(in RequestView request, long now, Random random) => policy.Pick(destinations, request, now, random);

    /// <summary>A request was sent. Its end goes to <see cref="Destination.OnEnd"/>, once.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="request">The request.</param>
    /// <param name="now">The time, in nanoseconds.</param>
    public void OnStart(Destination destination, in RequestView request, long now)
    {
        destination.OnStart();
        policy.OnStart(destination, request, now);
    }
}
