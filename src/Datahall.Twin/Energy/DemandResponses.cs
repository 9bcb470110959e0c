using Datahall.Model;

namespace Datahall.Twin.Energy;

/// <summary>What came of a request of the grid for less.</summary>
/// <param name="AtSeconds">When it began, in seconds from the start.</param>
/// <param name="BaselineWatts">The mean of the 15 minutes before.</param>
/// <param name="TargetWatts">What was asked for.</param>
/// <param name="ShedShare">By how much less the mean of its time was than the baseline, as a share.</param>
/// <param name="ResponseSeconds">How long it took until the power was at or below the target; null: never.</param>
/// <param name="AboveSeconds">How long the power was above the target.</param>
public sealed record DemandResponseResult(
    double AtSeconds, double BaselineWatts, double TargetWatts, double ShedShare, double? ResponseSeconds, double AboveSeconds);

/// <summary>Measures what the grid asked for, and what it got.</summary>
internal sealed class DemandResponses(IReadOnlyList<DemandResponse> asked)
{
    private const double BaselineSeconds = 900;

    private readonly Sums[] sums = [.. asked.Select(static _ => new Sums())];

    /// <summary>What may be drawn from the grid now, in watts; infinite while nobody asks for less.</summary>
    public double TargetWatts(double seconds)
    {
        var least = double.PositiveInfinity;
        for (var i = 0; i < asked.Count; i++)
        {
            least = seconds >= At(i) && seconds < At(i) + (asked[i].For.Milliseconds / 1000.0) ? Math.Min(least, Target(i)) : least;
        }

        return least;
    }

    /// <summary>Takes the power of a time.</summary>
    public void Count(double watts, double from, double seconds)
    {
        for (var i = 0; i < asked.Count; i++)
        {
            var (at, sum) = (At(i), sums[i]);
            if (from >= at - BaselineSeconds && from < at)
            {
                sum.BeforeJoules += watts * seconds;
                sum.BeforeSeconds += seconds;
            }
            else if (from >= at && from < at + (asked[i].For.Milliseconds / 1000.0))
            {
                var isAbove = watts > Target(i) * (1 + 1e-9);
                sum.Joules += watts * seconds;
                sum.Seconds += seconds;
                sum.AboveSeconds += isAbove ? seconds : 0;
                sum.Response ??= isAbove ? null : from - at;
            }
        }
    }

    public IReadOnlyList<DemandResponseResult> Report() => asked.Count == 0 ? [] : [.. sums.Select((sum, i) => new DemandResponseResult(
        At(i), sum.Baseline, Target(i), sum.Seconds > 0 ? 1 - (sum.Joules / sum.Seconds / sum.Baseline) : 0, sum.Response, sum.AboveSeconds))];

    private double At(int i) => asked[i].At.Milliseconds / 1000.0;

    private double Target(int i) => (1 - asked[i].Share) * sums[i].Baseline;

    private sealed class Sums
    {
        public double BeforeJoules { get; set; }

        public double BeforeSeconds { get; set; }

        public double Joules { get; set; }

        public double Seconds { get; set; }

        public double AboveSeconds { get; set; }

        public double? Response { get; set; }

        public double Baseline => BeforeSeconds > 0 ? BeforeJoules / BeforeSeconds : double.PositiveInfinity;
    }
}
