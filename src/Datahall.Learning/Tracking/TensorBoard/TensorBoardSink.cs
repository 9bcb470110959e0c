using System.Text;

namespace Datahall.Learning.Tracking.TensorBoard;

/// <summary>Writes event files into the run's folder <c>tensorboard</c>: one each time the run starts or goes on.</summary>
internal sealed class TensorBoardSink(RunFolder folder, TimeProvider time) : ITrackingSink
{
    private EventFileWriter? events;

    public void Start(RunDocument run, IReadOnlyList<MetricLine> kept)
    {
        events = new EventFileWriter(folder.TensorBoard, run.Host, time.GetUtcNow());
        var step = 0L;
        if (run.Resumed is [.., var last])
        {
            step = last.Step + 1;
            events.Restart(last.Time, step);
        }

        events.Text(time.GetUtcNow(), step, "configuration", Table(run));
        events.Flush();
    }

    public void Log(MetricLine line)
    {
        foreach (var (name, value) in line.Metrics)
        {
            events?.Scalar(line.Time, line.Step, name, (float)value);
        }

        events?.Flush();
    }

    public void Finish(RunDocument run) => events?.Flush();

    public void Dispose() => events?.Dispose();

    private static string Table(RunDocument run)
    {
        var table = new StringBuilder("| setting | value |\n|---|---|\n");
        foreach (var (name, value) in run.Configuration)
        {
            table.Append("| ").Append(name).Append(" | ").Append(value.Replace("|", "\\|", StringComparison.Ordinal)).Append(" |\n");
        }

        return table.Append("| commit | ").Append(run.Code.Commit ?? "none").Append(run.Code.Dirty is true ? ", changed" : "").Append(" |\n").ToString();
    }
}
