namespace Datahall.Monitoring.Anomalies;

/// <summary>When something counts as unusual.</summary>
public sealed record AnomalyOptions
{
    /// <summary>Lines at the beginning from which is learned what is usual: new templates among them are none.</summary>
    public long LearningLines { get; init; } = 1_000;

    /// <summary>Windows at the beginning in which no burst is told.</summary>
    public int LearningWindows { get; init; } = 5;

    /// <summary>How long a window is, in milliseconds of the lines' times.</summary>
    public long WindowMilliseconds { get; init; } = 60_000;

    /// <summary>How long a window is, in lines, when they have no times.</summary>
    public long WindowLines { get; init; } = 1_000;

    /// <summary>Windows after which the past counts half.</summary>
    public double HalfLife { get; init; } = 30;

    /// <summary>How far above the usual a burst is, in standard deviations.</summary>
    public double Deviations { get; init; } = 6;

    /// <summary>A burst has more lines than this.</summary>
    public long LeastLines { get; init; } = 20;
}
