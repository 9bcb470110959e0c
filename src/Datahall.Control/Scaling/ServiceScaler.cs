using System.Globalization;
using Datahall.Model;
using Datahall.Model.Traffic;

namespace Datahall.Control.Scaling;

/// <summary>How many replicas a service should have, and why.</summary>
/// <param name="Replicas">How many.</param>
/// <param name="Reason">In words for people.</param>
public sealed record ScalingDecision(int Replicas, string Reason);

/// <summary>What holds when a decision is made.</summary>
/// <param name="Now">The time.</param>
/// <param name="Replicas">How many replicas are wanted so far.</param>
/// <param name="StartTime">How long a replica takes to become ready.</param>
public sealed record ScalingPresent(DateTimeOffset Now, int Replicas, TimeSpan StartTime)
{
    /// <summary>How many replicas the queue allows.</summary>
    public int Most { get; init; } = int.MaxValue;

    /// <summary>Why no more than <see cref="Most"/>.</summary>
    public string? MostWhy { get; init; }
}

/// <summary>Finds out from what was seen of a service how many replicas it should have.</summary>
/// <remarks>
/// It takes no clock: the same observations and times give the same decisions. Not safe for concurrent use. Of several signals the largest need counts, that of
/// the last days and the schedule among them; within the tolerance nothing changes; windows and pace hold back the rest.
/// </remarks>
public sealed class ServiceScaler
{
    private static readonly TimeSpan learnEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan learnTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan tailTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan weighHalfLife = TimeSpan.FromMinutes(30);

    private readonly LoadHistory history = new();
    private readonly ReplicaModel model = new();
    private readonly ScalingPacer pacer;
    private DateTimeOffset lastBusy;
    private DateTimeOffset lastLearned;
    private DateTimeOffset lastWeighed;
    private double needed;
    private double came;

    /// <summary>Begins.</summary>
    /// <param name="now">The time.</param>
    /// <param name="current">How many replicas are wanted.</param>
    /// <param name="profile">What is known of the last days.</param>
    /// <param name="replicasPerRequest">What <see cref="ReplicasPerRequest"/> was; 0: not known.</param>
    public ServiceScaler(DateTimeOffset now, int current, DemandProfile profile, double replicasPerRequest)
    {
        (pacer, lastLearned, lastWeighed, Profile) = (new(now, current), now, now, profile);
        lastBusy = current > 0 ? now : DateTimeOffset.MinValue;
        (needed, came) = (replicasPerRequest, replicasPerRequest > 0 ? 1 : 0);
    }

    /// <summary>What is known of the last days.</summary>
    public DemandProfile Profile { get; }

    /// <summary>How many replicas a request a second needs, as the last hours with traffic showed; 0: not known yet.</summary>
    public double ReplicasPerRequest => came > 0 ? needed / came : 0;

    /// <summary>Takes up what was seen.</summary>
    /// <param name="spec">The service.</param>
    /// <param name="observation">Later than the last one.</param>
    public void Observe(ServiceSpec spec, ScalingObservation observation)
    {
        history.Add(observation);
        if (observation.IsBusy)
        {
            lastBusy = observation.Time;
        }

        if (spec.Autoscale?.Latency is not { } objective || observation.Time - lastLearned < learnEvery)
        {
            return;
        }

        var (seconds, target) = (Math.Min((observation.Time - lastLearned).TotalSeconds, learnTime.TotalSeconds), objective.Target.TimeSpan.TotalSeconds);
        var counts = new long[LatencyHistogram.Buckets];
        history.AddLatencies(learnTime, counts);
        model.Learn(history.Over(learnTime), Latencies.Mean(counts), seconds);
        counts.AsSpan().Clear();
        history.AddLatencies(tailTime, counts);
        model.LearnTail(counts, objective.Quantile, history.MostAtOnce(tailTime), seconds, target);
        lastLearned = observation.Time;
    }

    /// <summary>Decides.</summary>
    /// <param name="spec">The service; it has an <see cref="ServiceSpec.Autoscale"/>.</param>
    /// <param name="at">What holds at present.</param>
    public ScalingDecision Decide(ServiceSpec spec, ScalingPresent at)
    {
        var scaling = spec.Autoscale!;
        var current = at.Replicas;
        var need = Need(spec, at, out var floor);
        var wanted = Math.Abs(need.Replicas - current) <= scaling.Tolerance * current ? current : (int)Math.Min(int.MaxValue, Math.Ceiling(need.Replicas));
        if (wanted < floor.Replicas)
        {
            (wanted, need) = ((int)floor.Replicas, floor);
        }

        var granted = current == 0 && wanted > 0 ? wanted : pacer.Take(scaling, at.Now, current, wanted);
        var (most, why) = at.Most < scaling.Max ? (at.Most, at.MostWhy) : (scaling.Max, Text($"max is {scaling.Max}"));
        granted = Math.Min(Math.Max(granted, (int)floor.Replicas), most);
        if (granted != current)
        {
            pacer.Change(at.Now, granted - current);
        }

        return new(granted, wanted > most ? Text($"{need.Why}; {wanted} are asked for, but {why}") : need.Why);
    }

    private ScalingNeed Need(ServiceSpec spec, ScalingPresent at, out ScalingNeed floor)
    {
        var scaling = spec.Autoscale!;
        var local = TimeZoneInfo.ConvertTime(at.Now, ZoneOf(scaling));
        floor = Floor(scaling, local, at.Now);
        var (need, steady) = (new ScalingNeed(0, "no request is in flight", 0), 0.0);
        foreach (var each in ScalingSignals.Needs(spec, history, model, at.Replicas))
        {
            need = each.Replicas > need.Replicas ? each : need;
            steady = Math.Max(steady, each.Steady);
        }

        if (scaling.Predict is { } predict)
        {
            var ahead = Ahead(predict, local, at.StartTime, steady);
            need = ahead > need.Replicas ? new(ahead, Text($"the last days had load for {ahead:0.#} replicas at this time"), 0) : need;
        }

        return need;
    }

    // The days' requests a second, with as many replicas for each as the last hour with traffic needed.
    private double Ahead(PredictionSpec predict, DateTimeOffset local, TimeSpan startTime, double steady)
    {
        var load = history.Over(ScalingSignals.Recent);
        if (load.Seconds > 0)
        {
            Profile.Note(local - (ScalingSignals.Recent / 2), load.RequestsPerSecond, predict.Days); // The mean is that of the middle.
            if (steady > 0)
            {
                var fade = Math.Pow(0.5, (history.Last!.Time - lastWeighed).TotalSeconds / weighHalfLife.TotalSeconds);
                var seconds = Math.Min((history.Last.Time - lastWeighed).TotalSeconds, ScalingSignals.Recent.TotalSeconds);
                (needed, came) = ((needed * fade) + (steady * seconds), (came * fade) + (load.RequestsPerSecond * seconds));
            }

            lastWeighed = history.Last!.Time;
        }

        return ReplicasPerRequest * Profile.Forecast(local, predict.Lead?.TimeSpan ?? startTime);
    }

    // What holds whatever the load is.
    private ScalingNeed Floor(AutoscaleSpec scaling, DateTimeOffset local, DateTimeOffset now)
    {
        var floor = new ScalingNeed(scaling.Min, "min", 0);
        foreach (var hours in scaling.Schedule)
        {
            if (hours.Min > floor.Replicas && hours.Covers(local))
            {
                floor = new(hours.Min, Text($"the schedule from {hours.From} to {hours.To} o'clock"), 0);
            }
        }

        if (floor.Replicas >= 1)
        {
            return floor;
        }

        return history.Last is { IsBusy: true } ? new(1, "requests wait", 0)
            : now - lastBusy < scaling.Idle.TimeSpan ? new(1, $"there were requests in the last {scaling.Idle}", 0)
            : floor with { Why = $"no request for {scaling.Idle}" };
    }

    private static TimeZoneInfo ZoneOf(AutoscaleSpec scaling) =>
        scaling.TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
