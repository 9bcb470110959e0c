namespace Datahall.Model.Traffic;

/// <summary>What one gateway saw since its last report.</summary>
public sealed record TrafficReport
{
    /// <summary>The gateway's name, unique among those of an installation.</summary>
    public required string Gateway { get; init; }

    /// <summary>Counts the gateway's reports, from 1; an older one is dropped.</summary>
    public long Sequence { get; init; }

    /// <summary>The revision of the routes that the gateway works by.</summary>
    public long Revision { get; init; }

    /// <summary>How many seconds the report covers, above 0.</summary>
    public double Seconds { get; init; }

    /// <summary>The services; one that is left out had no traffic.</summary>
    public IReadOnlyList<ServiceTraffic> Services { get; init; } = [];
}

/// <summary>What a gateway saw of a service.</summary>
public sealed record ServiceTraffic
{
    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>Requests that came in.</summary>
    public long Arrived { get; init; }

    /// <summary>Requests that were turned away with 429 or 503 before they reached a replica.</summary>
    public long Shed { get; init; }

    /// <summary>The mean number of requests at replicas.</summary>
    public double InFlight { get; init; }

    /// <summary>The mean number of requests that waited at the gateway.</summary>
    public double Waiting { get; init; }

    /// <summary>By version.</summary>
    public IReadOnlyList<VersionTraffic> Versions { get; init; } = [];

    /// <summary>By replica.</summary>
    public IReadOnlyList<ReplicaTraffic> Replicas { get; init; } = [];
}

/// <summary>What a gateway saw of one version of a service. A request that was tried twice counts at each replica that it was sent to.</summary>
public sealed record VersionTraffic
{
    /// <summary>The version's number.</summary>
    public int Version { get; init; }

    /// <summary>Answers that were no failures.</summary>
    public long Succeeded { get; init; }

    /// <summary>Answers with 5xx, time-outs and broken connections.</summary>
    public long Failed { get; init; }

    /// <summary>How long the answers took that were no failures, to their last byte.</summary>
    public LatencyHistogram Latency { get; init; } = LatencyHistogram.Empty;
}

/// <summary>What a gateway saw of a replica.</summary>
public sealed record ReplicaTraffic
{
    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>Its attempt.</summary>
    public int Attempt { get; init; }

    /// <summary>Answers that were no failures.</summary>
    public long Succeeded { get; init; }

    /// <summary>Answers with 5xx, time-outs and broken connections.</summary>
    public long Failed { get; init; }

    /// <summary>How many requests are there now. A replica that gets none any more is listed as long as this is not 0.</summary>
    public int InFlight { get; init; }

    /// <summary>For how many seconds it has been ejected or down without a break; 0: it takes requests.</summary>
    public double OutSeconds { get; init; }

    /// <summary>Why it is out, in a sentence for people; null when it takes requests.</summary>
    public string? Why { get; init; }
}
