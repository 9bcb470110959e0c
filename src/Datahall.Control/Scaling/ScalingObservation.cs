using Datahall.Model.Traffic;

namespace Datahall.Control.Scaling;

/// <summary>What was seen of one service in a time: by its gateways together, and of its replicas.</summary>
public sealed record ScalingObservation
{
    /// <summary>When the time ended.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How long it was, in seconds; 0: no gateway told, so nothing is known of requests.</summary>
    public double Seconds { get; init; }

    /// <summary>Requests that came in.</summary>
    public long Arrived { get; init; }

    /// <summary>Answers of replicas.</summary>
    public long Answered { get; init; }

    /// <summary>The mean number of requests at replicas.</summary>
    public double InFlight { get; init; }

    /// <summary>The mean number of requests that waited at gateways.</summary>
    public double Waiting { get; init; }

    /// <summary>How long the answers took.</summary>
    public LatencyHistogram Latency { get; init; } = LatencyHistogram.Empty;

    /// <summary>How busy the accelerators of the replicas were on the mean, 0 to 1; null: not known.</summary>
    public double? DeviceUse { get; init; }

    /// <summary>How many replicas took requests.</summary>
    public int Ready { get; init; }

    /// <summary>Whether there was any request.</summary>
    internal bool IsBusy => Arrived > 0 || InFlight > 0 || Waiting > 0;
}
