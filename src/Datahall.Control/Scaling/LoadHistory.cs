using Datahall.Model.Traffic;

namespace Datahall.Control.Scaling;

/// <summary>The observations of the last minutes.</summary>
internal sealed class LoadHistory
{
    /// <summary>How far back is known.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly LinkedList<ScalingObservation> observations = [];

    public ScalingObservation? Last => observations.Last?.Value;

    public void Add(ScalingObservation observation)
    {
        observations.AddLast(observation);
        while (observations.First!.Value.Time <= observation.Time - Longest)
        {
            observations.RemoveFirst();
        }
    }

    /// <summary>Means over the time up to the last observation.</summary>
    public LoadMeans Over(TimeSpan time)
    {
        var means = new LoadMeans();
        for (var node = observations.Last; node is not null && node.Value.Time > observations.Last!.Value.Time - time; node = node.Previous)
        {
            means.Add(node.Value);
        }

        return means;
    }

    /// <summary>The most requests at a replica at once, in flight and waiting, in any observation of that time.</summary>
    public double MostAtOnce(TimeSpan time)
    {
        var most = 0.0;
        for (var node = observations.Last; node is not null && node.Value.Time > observations.Last!.Value.Time - time; node = node.Previous)
        {
            most = Math.Max(most, (node.Value.InFlight + node.Value.Waiting) / Math.Max(1, node.Value.Ready));
        }

        return most;
    }

    /// <summary>Adds how long the answers of that time took.</summary>
    /// <param name="time">Up to the last observation.</param>
    /// <param name="counts">Shape [<see cref="LatencyHistogram.Buckets"/>].</param>
    public void AddLatencies(TimeSpan time, Span<long> counts)
    {
        for (var node = observations.Last; node is not null && node.Value.Time > observations.Last!.Value.Time - time; node = node.Previous)
        {
            node.Value.Latency.AddTo(counts);
        }
    }
}

/// <summary>Means over a time.</summary>
internal sealed class LoadMeans
{
    private double inFlight;
    private double waiting;
    private double ready;
    private double busyReplicas;
    private int readings;

    /// <summary>How much of the time is known, in seconds.</summary>
    public double Seconds { get; private set; }

    public long Arrived { get; private set; }

    public long Answered { get; private set; }

    public double RequestsPerSecond => Mean(Arrived);

    public double InFlight => Mean(inFlight);

    public double Waiting => Mean(waiting);

    /// <summary>Requests in flight and waiting.</summary>
    public double Inside => InFlight + Waiting;

    public double Ready => Mean(ready);

    /// <summary>How many replicas the accelerators' work would keep busy all the time; null: not known.</summary>
    public double? BusyReplicas => readings > 0 ? busyReplicas / readings : null;

    public void Add(ScalingObservation observation)
    {
        Seconds += observation.Seconds;
        Arrived += observation.Arrived;
        Answered += observation.Answered;
        inFlight += observation.InFlight * observation.Seconds;
        waiting += observation.Waiting * observation.Seconds;
        ready += observation.Ready * observation.Seconds;
        if (observation.DeviceUse is { } use)
        {
            busyReplicas += use * observation.Ready;
            readings++;
        }
    }

    private double Mean(double sum) => Seconds > 0 ? sum / Seconds : 0;
}
