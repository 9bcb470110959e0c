namespace Datahall.Learning.Tracking;

/// <summary>Appends to <c>metrics.jsonl</c>; a line is with the operating system when <see cref="Log"/> returns.</summary>
internal sealed class JsonLinesSink(RunFolder folder) : ITrackingSink
{
    private StreamWriter? file;

    public void Start(RunDocument run, IReadOnlyList<MetricLine> kept) =>
        file = new StreamWriter(new FileStream(folder.Metrics, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true, NewLine = "\n" };

    public void Log(MetricLine line) => file?.WriteLine(MetricFile.Format(line));

    public void Finish(RunDocument run) => file?.Flush();

    public void Dispose() => file?.Dispose();
}
