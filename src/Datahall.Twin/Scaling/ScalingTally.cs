namespace Datahall.Twin.Scaling;

/// <summary>Adds up what came of a run.</summary>
internal static class ScalingTally
{
    /// <summary>The run of one day.</summary>
    /// <param name="scenario">Whose objective is held.</param>
    /// <param name="latencies">Of all requests of the day, in seconds.</param>
    /// <param name="replicas">The wanted number in each second.</param>
    /// <param name="replicaSeconds">The time of replicas, in seconds.</param>
    /// <param name="starts">How many were started.</param>
    public static ScalingRun Of(ScalingScenario scenario, IEnumerable<double> latencies, IReadOnlyList<int> replicas, double replicaSeconds, int starts)
    {
        double[] sorted = [.. latencies.Order()];
        var (changes, turns, direction) = (0, 0, 0);
        for (var i = 1; i < replicas.Count; i++)
        {
            var now = Math.Sign(replicas[i] - replicas[i - 1]);
            changes += Math.Abs(now);
            turns += now * direction < 0 ? 1 : 0;
            direction = now == 0 ? direction : now;
        }

        return new()
        {
            Requests = sorted.Length,
            Late = sorted.Count(seconds => seconds > scenario.TargetSeconds),
            QuantileSeconds = sorted.Length == 0 ? 0 : sorted[(int)Math.Ceiling(scenario.Quantile * sorted.Length) - 1],
            ReplicaHours = replicaSeconds / 3600,
            Starts = starts,
            Changes = changes,
            Turns = turns,
            Replicas = replicas,
        };
    }
}
