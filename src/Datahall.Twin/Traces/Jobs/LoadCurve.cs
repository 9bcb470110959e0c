namespace Datahall.Twin.Traces.Jobs;

/// <summary>How many GPUs were in use, and how many jobs waited, over time.</summary>
public sealed class LoadCurve
{
    private readonly List<LoadPoint> points = [];

    /// <summary>The points, in order of time; each holds until the next.</summary>
    public IReadOnlyList<LoadPoint> Points => points;

    internal void Add(double seconds, int used, int waiting) => points.Add(new(seconds, used, waiting));
}

/// <summary>From this moment on.</summary>
/// <param name="Seconds">The moment, in seconds from the trace's zero.</param>
/// <param name="Used">GPUs in use.</param>
/// <param name="Waiting">Jobs that wait.</param>
public readonly record struct LoadPoint(double Seconds, int Used, int Waiting);
