using Datahall.Model;
using Datahall.Twin.Time;
using Datahall.Twin.Traces.Inference;

namespace Datahall.Twin.Scaling;

/// <summary>A service whose number of replicas follows a trace of requests.</summary>
public sealed record ScalingScenario
{
    /// <summary>How the number of replicas follows; its latency objective is what is held.</summary>
    public required AutoscaleSpec Autoscale { get; init; }

    /// <summary>How long a replica takes to become ready, in seconds.</summary>
    public int StartSeconds { get; init; } = 120;

    /// <summary>How many times over each request of the trace comes, on average.</summary>
    public double Load { get; init; } = 8;

    /// <summary>Over how long the copies of a request are spread, in seconds.</summary>
    public double SpreadSeconds { get; init; } = 60;

    /// <summary>How many days before the measured one have the trace at the same time of day.</summary>
    public int Days { get; init; }

    /// <summary>How far a day's load may be from <see cref="Load"/>, as a share.</summary>
    public double DayVariation { get; init; } = 0.2;

    /// <summary>What the days are drawn from.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>How a replica answers.</summary>
    public InferenceModel Model { get; init; } = new();

    /// <summary>How the measured runs follow: 99 of 100 requests within a time, down after a minute, predictions from the days before if there are any.</summary>
    public static AutoscaleSpec Follow(double targetSeconds, int days) => new()
    {
        Min = 1,
        Max = 40,
        Latency = new() { Target = Duration.FromSeconds(targetSeconds) },
        Predict = days > 0 ? new() { Days = days } : null,
        Down = new() { Window = Duration.FromSeconds(60) },
    };

    /// <summary>The longest time from a request to its last byte, in seconds.</summary>
    public double TargetSeconds => Autoscale.Latency!.Target.TimeSpan.TotalSeconds;

    /// <summary>The share of requests that must keep within it.</summary>
    public double Quantile => Autoscale.Latency!.Quantile;

    /// <summary>The requests of a day, in order; the last day is the measured one.</summary>
    /// <remarks>
    /// Each request of the trace comes as many times as chance makes of <see cref="Load"/> times the day's level, which is drawn evenly from 1 ± <see cref="DayVariation"/>; each copy
    /// at its own time, evenly over <see cref="SpreadSeconds"/>.
    /// </remarks>
    public IReadOnlyList<InferenceRequest> RequestsOf(RequestTrace trace, int day)
    {
        var random = new SimRandom(Seed + (ulong)day);
        var level = Load * (Days == 0 ? 1 : 1 + (DayVariation * ((2 * random.Unit()) - 1)));
        var requests = new List<InferenceRequest>((int)(trace.Requests.Count * level * 1.1));
        foreach (var request in trace.Requests)
        {
            // A Poisson number of copies: independent callers.
            for (var sum = random.Exponential(1); sum < level; sum += random.Exponential(1))
            {
                requests.Add(request with { Seconds = request.Seconds + (random.Unit() * SpreadSeconds) });
            }
        }

        return [.. requests.OrderBy(static request => request.Seconds)];
    }
}
