using Datahall.Control.Scaling;
using Datahall.Model;
using Datahall.Model.Traffic;
using Datahall.Twin.Traces.Inference;

namespace Datahall.Twin.Scaling;

/// <summary>What came of the autoscaler and of a scaler that knows the future.</summary>
/// <param name="Scaler">The autoscaler's measured day.</param>
/// <param name="Clairvoyant">The same day with the best schedule.</param>
/// <param name="Decisions">What the autoscaler decided on that day: when, in seconds, and why.</param>
public sealed record ScalingReport(ScalingRun Scaler, ScalingRun Clairvoyant, IReadOnlyList<(int Second, ScalingDecision Decision)> Decisions)
{
    /// <summary>The replica-hours of the autoscaler over those of the clairvoyant.</summary>
    public double Ratio => Scaler.ReplicaHours / Clairvoyant.ReplicaHours;
}

/// <summary>Replays a trace of requests with the real autoscaler in the loop: reports each second, decisions each five.</summary>
public sealed class ScalingSimulation
{
    private const int DecideEvery = 5;
    private const int DaySeconds = 86_400;

    private static readonly DateTimeOffset firstDay = new(2026, 1, 5, 18, 0, 0, TimeSpan.Zero);

    private readonly ScalingScenario scenario;
    private readonly ServiceSpec spec;
    private readonly ServiceScaler scaler;
    private readonly ReplicaFleet fleet;
    private readonly List<int> wanted = [];
    private readonly List<(int, ScalingDecision)> decisions = [];
    private int second;
    private int seen; // Of the fleet's answers.

    private ScalingSimulation(ScalingScenario scenario, int initial)
    {
        this.scenario = scenario;
        spec = new() { Run = new(), Route = new(), Autoscale = scenario.Autoscale };
        scaler = new(firstDay, initial, new(), 0);
        fleet = new(scenario.Model, scenario.StartSeconds, -scenario.StartSeconds);
        fleet.Scale(initial);
        second = -scenario.StartSeconds;
    }

    /// <summary>Runs all days, and the last one with the clairvoyant too.</summary>
    public static ScalingReport Run(RequestTrace trace, ScalingScenario scenario, CancellationToken cancellationToken)
    {
        var measured = scenario.RequestsOf(trace, scenario.Days);
        var clairvoyant = ClairvoyantScaler.Run(scenario, measured, cancellationToken);
        return RunScaler(trace, scenario, clairvoyant, cancellationToken);
    }

    internal static ScalingReport RunScaler(RequestTrace trace, ScalingScenario scenario, ScalingRun clairvoyant, CancellationToken cancellationToken)
    {
        var simulation = new ScalingSimulation(scenario, clairvoyant.Replicas[scenario.StartSeconds]);
        for (var day = 0; day < scenario.Days; day++)
        {
            simulation.Replay(scenario.RequestsOf(trace, day), day * DaySeconds, ((day + 1) * DaySeconds) - scenario.StartSeconds, cancellationToken);
        }

        return new(simulation.Measure(scenario.RequestsOf(trace, scenario.Days), clairvoyant.Replicas.Count, cancellationToken), clairvoyant, simulation.decisions);
    }

    private ScalingRun Measure(IReadOnlyList<InferenceRequest> requests, int seconds, CancellationToken cancellationToken)
    {
        var (begin, before, starts, earlier) = (scenario.Days * DaySeconds, fleet.ReplicaSeconds, fleet.Starts, wanted.Count);
        decisions.Clear();
        Replay(requests, begin, begin + seconds, cancellationToken);
        int[] replicas = [.. wanted.Skip(earlier)];
        for (fleet.Scale(0); fleet.InFlight > 0;)
        {
            fleet.Advance([]);
        }

        var latencies = fleet.Latencies.Where((_, i) => fleet.Came[i] >= begin);
        return ScalingTally.Of(scenario, latencies, replicas, fleet.ReplicaSeconds - before, fleet.Starts - starts);
    }

    // Goes on to a second, with requests that are told from the beginning of their day.
    private void Replay(IReadOnlyList<InferenceRequest> requests, int begin, int end, CancellationToken cancellationToken)
    {
        for (var next = 0; second < end;)
        {
            List<InferenceRequest> now = [];
            for (; next < requests.Count && begin + requests[next].Seconds < second + 1; next++)
            {
                now.Add(requests[next] with { Seconds = begin + requests[next].Seconds });
            }

            var ready = fleet.Ready;
            fleet.Advance(now);
            second++;
            Observe(now.Count, ready);
            if (second > 0 && second % DecideEvery == 0)
            {
                Decide();
            }

            wanted.Add(fleet.Wanted);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private DateTimeOffset Time => firstDay.AddSeconds(second);

    private void Observe(int arrived, int ready)
    {
        var counts = new long[LatencyHistogram.Buckets];
        var before = seen;
        for (; seen < fleet.Latencies.Count; seen++)
        {
            counts[LatencyHistogram.IndexOf(fleet.Latencies[seen])]++;
        }

        scaler.Observe(spec, new()
        {
            Time = Time,
            Seconds = 1,
            Arrived = arrived,
            Answered = seen - before,
            InFlight = fleet.InFlight,
            Waiting = fleet.Waiting,
            Latency = LatencyHistogram.Of(counts),
            Ready = ready,
        });
    }

    private void Decide()
    {
        var decision = scaler.Decide(spec, new(Time, fleet.Wanted, TimeSpan.FromSeconds(scenario.StartSeconds)));
        if (decision.Replicas != fleet.Wanted)
        {
            decisions.Add((second - (scenario.Days * DaySeconds), decision));
            fleet.Scale(decision.Replicas);
        }
    }
}
