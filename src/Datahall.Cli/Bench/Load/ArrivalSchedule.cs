namespace Datahall.Cli.Bench.Load;

/// <summary>How arrivals are spread over time.</summary>
internal enum ArrivalKind
{
    /// <summary>Evenly spaced.</summary>
    Constant,

    /// <summary>A Poisson process: independent users.</summary>
    Poisson,
}

/// <summary>When each request of an open loop is due, whatever became of those before it.</summary>
/// <param name="kind">How arrivals are spread.</param>
/// <param name="rate">Arrivals a second, above 0.</param>
/// <param name="random">Draws the gaps of <see cref="ArrivalKind.Poisson"/>; the same seed gives the same arrivals.</param>
/// <remarks>Gaps of a Poisson process are exponential: -ln(1 - u) / rate, with u uniform in [0, 1).</remarks>
internal sealed class ArrivalSchedule(ArrivalKind kind, double rate, Random random)
{
    private long count;
    private double last;

    /// <summary>The next arrival, in seconds from the start, never before the one before it.</summary>
    public double Next() => kind is ArrivalKind.Constant
        ? this.count++ / rate // From the count, not the last arrival: rounding errors do not add up.
        : last += -Math.Log(1 - random.NextDouble()) / rate;
}
