namespace Datahall.Learning.Tracking;

/// <summary>A place that a run's record goes to. Calls come one at a time.</summary>
internal interface ITrackingSink : IDisposable
{
    /// <summary>The run starts, or goes on from the last entry of <see cref="RunDocument.Resumed"/>.</summary>
    /// <param name="run">The run as it stands.</param>
    /// <param name="kept">What an earlier process measured up to the step that the run goes on from.</param>
    void Start(RunDocument run, IReadOnlyList<MetricLine> kept);

    void Log(MetricLine line);

    /// <summary>The run ended as the document says.</summary>
    void Finish(RunDocument run);
}
