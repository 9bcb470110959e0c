using Datahall.Gateway.Balancing;
using Datahall.Gateway.Routes;

namespace Datahall.Gateway.Dispatch;

/// <summary>A route's replicas, by what share of the requests they get. Immutable, but for the pools' own learning.</summary>
internal sealed class Split
{
    private readonly double[] upTo;

    private Split(IReadOnlyList<Replica> all, IReadOnlyList<Pool> pools, double[] upTo, Pool? shadow)
    {
        (All, Pools, this.upTo, Shadow) = ([.. all], [.. pools], upTo, shadow);
        Serving = [.. pools.SelectMany(static pool => pool.Replicas)];
    }

    public static Split Empty { get; } = new([], [], [], null);

    /// <summary>All replicas, those of the shadow included.</summary>
    public Replica[] All { get; }

    /// <summary>Those whose answers reach clients.</summary>
    public Replica[] Serving { get; }

    public Pool[] Pools { get; }

    /// <summary>The version that gets copies; null: none.</summary>
    public Pool? Shadow { get; }

    /// <summary>A pool by its share; null when there is none.</summary>
    public Pool? Choose(Random random)
    {
        if (Pools.Length <= 1)
        {
            return Pools.Length == 0 ? null : Pools[0];
        }

        var point = random.NextDouble() * upTo[^1];
        var index = 0;
        while (index < upTo.Length - 1 && point >= upTo[index])
        {
            index++;
        }

        return Pools[index];
    }

    /// <summary>How many serving replicas are usable.</summary>
    public int Usable()
    {
        var usable = 0;
        foreach (var replica in Serving)
        {
            usable += replica.IsReady ? 1 : 0;
        }

        return usable;
    }

    /// <summary>The split that a configuration asks for. Pools of the same version and policy stay, with what they have learnt.</summary>
    public static Split Of(RouteConfig config, IReadOnlyList<Replica> all, Split before)
    {
        var shadow = config.Versions.FirstOrDefault(static version => version.Shadow);
        var weighted = config.Versions.Where(static version => !version.Shadow && version.Weight > 0).ToList();
        var serving = all.Where(replica => replica.Version != shadow?.Number).ToList();
        var mirror = shadow is null ? null : before.Next(-1 - shadow.Number, config, OfVersion(all, shadow.Number));
        if (weighted.Count > 1)
        {
            var upTo = weighted.Select(version => weighted.TakeWhile(other => other != version).Sum(static other => other.Weight) + version.Weight);
            return new(all, [.. weighted.Select(version => before.Next(version.Number, config, OfVersion(serving, version.Number)))], [.. upTo], mirror);
        }

        // The only version with a weight gets all, unless it has no replicas left.
        var only = weighted.Count == 1 ? OfVersion(serving, weighted[0].Number) : [];
        return new(all, [before.Next(null, config, only.Count > 0 ? only : serving)], [1], mirror);
    }

    private static List<Replica> OfVersion(IEnumerable<Replica> replicas, int version) => [.. replicas.Where(replica => replica.Version == version)];

    private Pool Next(int? version, RouteConfig config, IReadOnlyList<Replica> replicas)
    {
        var options = Pool.OptionsOf(config.Spec);
        var kept = Pools.Append(Shadow).OfType<Pool>()
            .FirstOrDefault(pool => pool.Version == version && pool.Policy == config.Spec.Balance.Policy && pool.Options == options);
        kept?.Replace(replicas);
        return kept ?? new(version, config.Spec, replicas, AnswerFromHere);
    }

    // Replicas of any kind do not tell their load: Prequal's probes are answered from what this gateway knows.
    private static void AnswerFromHere(Destination destination, IProbeListener listener) =>
        listener.OnProbe(destination, destination.InFlight, destination.Latency, GatewayClock.Now);
}
