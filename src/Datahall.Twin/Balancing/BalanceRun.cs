namespace Datahall.Twin.Balancing;

/// <summary>What came of one run. The first tenth of the requests fills the replicas and does not count.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Seed">What chance was drawn from.</param>
/// <param name="MeanMilliseconds">The mean latency of what was answered without error; 0 when nothing was.</param>
/// <param name="P50Milliseconds">The median.</param>
/// <param name="P99Milliseconds">What 99 of 100 stay below.</param>
/// <param name="FailedShare">Which share of the requests failed.</param>
/// <param name="CachedShare">Which share of the prompts' blocks was in the cache; 0 without prompts.</param>
public sealed record BalanceRun(
    string Policy, ulong Seed, double MeanMilliseconds, double P50Milliseconds, double P99Milliseconds, double FailedShare, double CachedShare)
{
    /// <summary>The means over several seeds.</summary>
    /// <param name="runs">The runs of one policy, at least one.</param>
    public static BalanceRun Mean(IReadOnlyList<BalanceRun> runs) => new(
        runs[0].Policy,
        runs[0].Seed,
        runs.Average(static run => run.MeanMilliseconds),
        runs.Average(static run => run.P50Milliseconds),
        runs.Average(static run => run.P99Milliseconds),
        runs.Average(static run => run.FailedShare),
        runs.Average(static run => run.CachedShare));
}
