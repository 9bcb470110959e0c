namespace Datahall.Cli.Bench.Load;

/// <summary>Takes several targets in turn, each as often as its weight says.</summary>
/// <remarks>Smooth weighted round robin, as in nginx (<c>ngx_http_upstream_round_robin.c</c>): after as many turns as the sum of the weights each target had exactly its weight, and no target has its turns in one lump.</remarks>
internal sealed class WeightedCycle
{
    /// <summary>The largest sum of weights.</summary>
    public const int MostTurns = 100_000;

    private readonly int[] turns;
    private long next = -1;

    /// <param name="weights">The weight of each target, at least 1, together at most <see cref="MostTurns"/>. Shape [targets].</param>
    public WeightedCycle(IReadOnlyList<int> weights)
    {
        var total = weights.Sum();
        var current = new int[weights.Count];
        turns = new int[total];
        for (var turn = 0; turn < total; turn++)
        {
            var best = 0;
            for (var i = 0; i < current.Length; i++)
            {
                current[i] += weights[i];
                best = current[i] > current[best] ? i : best;
            }

            current[best] -= total;
            turns[turn] = best;
        }
    }

    /// <summary>The index of the next target. Safe for several threads.</summary>
    public int Next() => turns.Length == 1 ? turns[0] : turns[(int)(Interlocked.Increment(ref next) % turns.Length)];
}
