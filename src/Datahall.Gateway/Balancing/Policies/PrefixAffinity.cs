namespace Datahall.Gateway.Balancing.Policies;

/// <summary>A prompt goes where the longest known beginning of it went before, for there it is in the cache; unless that one is loaded above the others.</summary>
/// <remarks>
/// Left when its requests in flight exceed <see cref="PrefixOptions.EscapeFactor"/> × (mean + 1), or when less than <see cref="PrefixOptions.LeastMatch"/> of the
/// blocks are known: then <see cref="LeastEwma"/>. What was left is remembered at its new place. Sources of the form: SGLang's cache-aware router (longest
/// prefix, a least share, imbalance threshold) and Ray Serve's PrefixCacheAffinityRouter.
/// </remarks>
internal sealed class PrefixAffinity(PrefixOptions options) : IBalancingPolicy
{
    private readonly PrefixTable table = new(options.Blocks, (long)(options.LifetimeSeconds * 1e9));
    private readonly LeastEwma elsewhere = new();

    public Destination? Pick(ReadOnlySpan<Destination> destinations, in RequestView request, long now, Random random)
    {
        var known = table.Longest(request.PromptBlocks, now, out var length);
        return known is { IsReady: true } && length >= options.LeastMatch * request.PromptBlocks.Length && !IsLoaded(known, destinations)
            ? known
            : elsewhere.Pick(destinations, request, now, random);
    }

    public void OnStart(Destination destination, in RequestView request, long now) => table.Put(request.PromptBlocks, destination, now);

    private bool IsLoaded(Destination known, ReadOnlySpan<Destination> destinations)
    {
        var (inFlight, ready) = (0, 0);
        foreach (var destination in destinations)
        {
            if (destination.IsReady)
            {
                (inFlight, ready) = (inFlight + destination.InFlight, ready + 1);
            }
        }

        return known.InFlight * (double)ready > options.EscapeFactor * (inFlight + ready);
    }
}
