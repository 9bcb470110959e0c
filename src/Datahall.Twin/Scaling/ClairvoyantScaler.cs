using Datahall.Twin.Traces.Inference;

namespace Datahall.Twin.Scaling;

/// <summary>Knows all requests of the day: the schedule of replicas that holds the objective with the fewest replica-hours.</summary>
/// <remarks>
/// The day is cut into intervals. A run with n replicas throughout tells how many requests that came in interval k are late with n. A schedule n_k costs
/// Σ n_k·interval + start·Σ (n_k − n_(k−1))⁺, for a replica holds its devices while it starts; when to start it is known. For a price p of a late request, dynamic programming
/// finds the schedule with the least cost + p·late, exactly. The price is halved until the schedule, simulated as a whole, just holds the objective. Then
/// single intervals are lowered for as long as the simulated objective is still held.
/// </remarks>
internal sealed class ClairvoyantScaler
{
    private const int Interval = 30;

    private readonly ScalingScenario scenario;
    private readonly IReadOnlyList<InferenceRequest> requests;
    private readonly int seconds;
    private readonly CancellationToken cancellationToken;
    private readonly List<int[]> late = []; // [n - 1][interval]

    private ClairvoyantScaler(ScalingScenario scenario, IReadOnlyList<InferenceRequest> requests, CancellationToken cancellationToken)
    {
        (this.scenario, this.requests, this.cancellationToken) = (scenario, requests, cancellationToken);
        seconds = ((int)requests[^1].Seconds / Interval * Interval) + Interval;
    }

    /// <summary>The best schedule's run.</summary>
    public static ScalingRun Run(ScalingScenario scenario, IReadOnlyList<InferenceRequest> requests, CancellationToken cancellationToken)
    {
        var scaler = new ClairvoyantScaler(scenario, requests, cancellationToken);
        scaler.LearnConstant();
        return scaler.Polish(scaler.Search());
    }

    private bool Holds(ScalingRun run) => run.Kept >= scenario.Quantile;

    // From one replica up to where nothing is late.
    private void LearnConstant()
    {
        for (var n = 1; n <= scenario.Autoscale.Max; n++)
        {
            var counts = new int[seconds / Interval];
            var fleet = Simulate(_ => n);
            for (var i = 0; i < fleet.Came.Count; i++)
            {
                counts[Math.Min((int)fleet.Came[i] / Interval, counts.Length - 1)] += fleet.Latencies[i] > scenario.TargetSeconds ? 1 : 0;
            }

            late.Add(counts);
            if (counts.Sum() == 0)
            {
                return;
            }
        }
    }

    private int[] Search()
    {
        var (cheap, dear) = (0.0, 1e6);
        var best = Schedule(dear);
        for (var i = 0; i < 20; i++)
        {
            var price = cheap > 0 ? Math.Sqrt(cheap * dear) : dear / 10;
            var schedule = Schedule(price);
            if (Holds(RunOf(schedule)))
            {
                (dear, best) = (price, schedule);
            }
            else
            {
                cheap = price;
            }

            if (cheap > 0 && dear / cheap < 1.02)
            {
                break;
            }
        }

        return best;
    }

    // The least cost up to each interval with each number of replicas in it; and from which number that came.
    private int[] Schedule(double price)
    {
        var (count, most) = (seconds / Interval, late.Count);
        var from = new int[count, most];
        var cost = new double[most];
        for (var k = 0; k < count; k++)
        {
            var next = new double[most];
            for (var n = 0; n < most; n++)
            {
                (next[n], from[k, n]) = (double.PositiveInfinity, 0);
                for (var before = 0; before < most; before++)
                {
                    var starts = k == 0 ? n + 1 : Math.Max(0, n - before);
                    var total = cost[before] + (scenario.StartSeconds * starts);
                    if (total < next[n])
                    {
                        (next[n], from[k, n]) = (total, before);
                    }
                }

                next[n] += ((n + 1) * Interval) + (price * late[n][k]);
            }

            cost = next;
        }

        var schedule = new int[count];
        var at = Array.IndexOf(cost, cost.Min());
        for (var k = count - 1; k >= 0; k--)
        {
            schedule[k] = at + 1;
            at = from[k, at];
        }

        return schedule;
    }

    private ScalingRun Polish(int[] schedule)
    {
        var best = RunOf(schedule);
        for (var improved = true; improved;)
        {
            improved = false;
            for (var first = 0; first < schedule.Length; first++)
            {
                // In the middle of a plateau a dip costs a start, which is more than it saves.
                var beside = Math.Min(schedule[Math.Max(0, first - 1)], schedule[Math.Min(first + 1, schedule.Length - 1)]);
                if (schedule[first] == 1 || beside >= schedule[first])
                {
                    continue;
                }

                var trial = (int[])schedule.Clone();
                trial[first]--;

                var run = RunOf(trial);
                if (Holds(run) && run.ReplicaHours < best.ReplicaHours)
                {
                    (schedule, best, improved) = (trial, run, true);
                }
            }
        }

        return best;
    }

    private ScalingRun RunOf(int[] schedule)
    {
        int At(int second) => schedule[Math.Min(second / Interval, schedule.Length - 1)];
        var fleet = Simulate(At);
        return ScalingTally.Of(
            scenario, fleet.Latencies, [.. Enumerable.Range(0, seconds).Select(At)], fleet.ReplicaSeconds + (fleet.Starts * scenario.StartSeconds), fleet.Starts);
    }

    private ReplicaFleet Simulate(Func<int, int> replicas)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var fleet = new ReplicaFleet(scenario.Model, 0, 0);
        var next = 0;
        for (var second = 0; next < requests.Count || fleet.InFlight > 0; second++)
        {
            fleet.Scale(replicas(second));
            var first = next;
            while (next < requests.Count && requests[next].Seconds < second + 1)
            {
                next++;
            }

            fleet.Advance(Enumerable.Range(first, next - first).Select(i => requests[i]));
        }

        return fleet;
    }
}
