namespace Datahall.Cli.Bench.Load;

/// <summary>The load to be made.</summary>
internal sealed record LoadPlan
{
    /// <summary>Requests a second of an open loop; null for a closed loop.</summary>
    public double? Rate { get; init; }

    /// <summary>How the arrivals of an open loop are spread.</summary>
    public ArrivalKind Arrivals { get; init; }

    /// <summary>The seed of Poisson arrivals.</summary>
    public int Seed { get; init; }

    /// <summary>Closed loop: the requests that are always under way. Open loop: the most that may be.</summary>
    public required int Connections { get; init; }

    /// <summary>How long requests are made and not counted.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>How long requests are made and counted.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How long a request may take, from when it was due.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How often each target is taken. Shape [targets].</summary>
    public required IReadOnlyList<int> Weights { get; init; }

    /// <summary>Whether the parts of responses are timed.</summary>
    public bool Streams { get; init; }

    /// <summary>Makes the way to the server of one worker.</summary>
    public required Func<IExchanger> Open { get; init; }
}
