namespace Datahall.Twin.Scaling;

/// <summary>What came of a number of replicas over time.</summary>
public sealed record ScalingRun
{
    /// <summary>How many requests were answered.</summary>
    public required int Requests { get; init; }

    /// <summary>How many took longer than the objective allows.</summary>
    public required int Late { get; init; }

    /// <summary>What the objective's share of requests stayed below, in seconds.</summary>
    public required double QuantileSeconds { get; init; }

    /// <summary>The time of replicas, starting and draining included, in hours.</summary>
    public required double ReplicaHours { get; init; }

    /// <summary>How many replicas were started.</summary>
    public required int Starts { get; init; }

    /// <summary>How often the number was changed.</summary>
    public required int Changes { get; init; }

    /// <summary>How often a change went in the other direction than the one before.</summary>
    public required int Turns { get; init; }

    /// <summary>The wanted number in each second.</summary>
    public required IReadOnlyList<int> Replicas { get; init; }

    /// <summary>The share of requests that kept within the objective.</summary>
    public double Kept => Requests == 0 ? 1 : 1 - ((double)Late / Requests);
}
