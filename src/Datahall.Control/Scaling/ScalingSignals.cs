using System.Globalization;
using Datahall.Model;

namespace Datahall.Control.Scaling;

/// <summary>How many replicas something asks for, and why.</summary>
/// <param name="Replicas">How many, 0 or more; a fraction says how near the next one is.</param>
/// <param name="Why">In words for people.</param>
/// <param name="Steady">How many the requests that come would need without a backlog; what a prediction goes by.</param>
internal readonly record struct ScalingNeed(double Replicas, string Why, double Steady);

/// <summary>What each signal of the load asks for.</summary>
internal static class ScalingSignals
{
    /// <summary>The time that the load is averaged over.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromSeconds(60);

    /// <summary>The needs of the signals that the spec sets and of which something is known.</summary>
    public static IEnumerable<ScalingNeed> Needs(ServiceSpec service, LoadHistory history, ReplicaModel model, int current)
    {
        var (spec, load) = (service.Autoscale!, history.Over(Recent));
        if (spec.GpuUse is { } use)
        {
            yield return load.BusyReplicas is { } busy
                ? Even(busy / use, Text($"the work of the GPUs would keep {busy:0.##} replicas busy all the time, against {use:0.##} of it"))
                : new(current, "no reading of the GPUs has come", 0);
        }

        if (load.Seconds <= 0)
        {
            if (spec is not { Concurrency: null, RequestsPerSecond: null, Queue: null, Latency: null })
            {
                yield return new(current, "no gateway reports", 0);
            }

            yield break;
        }

        if (spec.Concurrency is { } concurrency)
        {
            yield return Even(load.Inside / concurrency, Text($"{load.Inside:0.#} requests in flight against {concurrency} a replica"));
        }

        if (spec.RequestsPerSecond is { } rate)
        {
            yield return Even(load.RequestsPerSecond / rate, Text($"{load.RequestsPerSecond:0.##} requests a second against {rate} a replica"));
        }

        if (spec.Queue is { } queue && service.Route is { Limits.PerReplica: > 0 and var slots })
        {
            yield return Even(load.Inside / (slots + queue), Text($"{load.Waiting:0.#} requests wait with {load.InFlight:0.#} in flight, against {queue} waiting with {slots} in flight a replica"));
        }

        if (spec.Latency is { } objective && load.Inside > 0)
        {
            yield return model.IsKnown ? Latency(objective, load, model, current) : new(current, "too few answers have come to tell what a replica can do", 0);
        }
    }

    // More are asked for as the model says; fewer only as far as what was seen supports it.
    private static ScalingNeed Latency(LatencyObjective objective, LoadMeans load, ReplicaModel model, int current)
    {
        var capacity = model.Capacity(objective.Target.TimeSpan.TotalSeconds);
        var (need, used) = (Of(capacity.Fitted), capacity.Fitted);
        if (need < current)
        {
            (need, used) = (Math.Min(current, Of(capacity.Proven)), capacity.Proven);
        }

        return new(need, Text($"{load.RequestsPerSecond:0.##} requests a second come and {load.Inside:0.#} are in flight; within {objective.Target} for {objective.Quantile:0.####%} a replica takes {used.RequestsPerSecond:0.##} a second, {used.AtOnce:0.#} at once"), load.RequestsPerSecond / capacity.Fitted.RequestsPerSecond);

        // A backlog asks for one more than what comes in does: it is gone before many replicas have started.
        double Of((double AtOnce, double RequestsPerSecond) replica)
        {
            var steady = load.RequestsPerSecond / replica.RequestsPerSecond;
            return Math.Max(steady, Math.Min(load.Inside / replica.AtOnce, steady + 1));
        }
    }

    private static ScalingNeed Even(double replicas, string why) => new(replicas, why, replicas);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
