using Datahall.Monitoring.Anomalies;
using Datahall.Monitoring.Lines;
using Datahall.Monitoring.Search;
using Datahall.Monitoring.Templates;

namespace Datahall.Server.LogTemplates;

/// <summary>The templates of what tasks write and kernels say, over the whole site, and what was unusual lately. In memory, bounded, thread-safe.</summary>
internal sealed class LogBook
{
    private const int KeptAnomalies = 500;

    private readonly Lock gate = new();
    private readonly TemplateMiner miner;
    private readonly AnomalyDetector detector;
    private readonly Dictionary<int, (LogSource Last, bool OfTasks, bool OfKernels)> sources = [];
    private readonly Queue<SeenAnomaly> anomalies = new();
    private readonly LogMetrics metrics;
    private LogSource current;

    public LogBook(LogMetrics metrics)
    {
        this.metrics = metrics;
        miner = new(new() { MaxTemplates = 5_000, MaxShapes = 50_000 }) { Merged = Merge };
        detector = new(Keep, new() { LearningLines = 5_000 });
        metrics.Watch(() => TemplateCount);
    }

    private int TemplateCount
    {
        get
        {
            lock (gate)
            {
                return miner.Count;
            }
        }
    }

    /// <summary>Takes a line.</summary>
    public void Add(LogSource from, ReadOnlySpan<byte> line, DateTimeOffset now)
    {
        lock (gate)
        {
            current = from;
            var template = miner.Add(line);
            var level = detector.IsNew(template) ? LineLevels.Of([], line) : LineLevel.Unknown;
            detector.Add(template, miner.Lines, now.ToUnixTimeMilliseconds(), level);
            var known = sources.GetValueOrDefault(template);
            sources[template] = (from, known.OfTasks || !from.IsKernel, known.OfKernels || from.IsKernel);
        }

        metrics.Line();
    }

    /// <summary>The templates that match, the one with the most lines first, with where the last of each came from, and whether tasks, kernels or both have it.</summary>
    public IReadOnlyList<(TemplateSummary Template, LogSource Last, string Of)> Templates(LogQuery query, int limit)
    {
        lock (gate)
        {
            return [.. miner.Templates().Where(template => query.Matches(template.Text)).Take(limit).Select(template => Described(template))];
        }
    }

    /// <summary>The newest anomalies first, with their templates' text.</summary>
    public IReadOnlyList<(SeenAnomaly Seen, string Text)> Anomalies(int limit)
    {
        lock (gate)
        {
            var texts = miner.Templates().ToDictionary(static template => template.Id, static template => template.Text);
            return [.. anomalies.Reverse().Take(limit).Select(seen => (seen, texts.GetValueOrDefault(seen.Anomaly.Template, "")))];
        }
    }

    private (TemplateSummary Template, LogSource Last, string Of) Described(TemplateSummary template)
    {
        var (last, ofTasks, ofKernels) = sources.GetValueOrDefault(template.Id);
        return (template, last, ofTasks && ofKernels ? "tasks and kernels" : ofKernels ? "kernels" : "tasks");
    }

    private void Merge(int from, int into)
    {
        detector.Merge(from, into);
        if (sources.Remove(from, out var gone))
        {
            var stays = sources.GetValueOrDefault(into);
            sources[into] = (gone.Last, stays.OfTasks || gone.OfTasks, stays.OfKernels || gone.OfKernels);
        }

        foreach (var seen in anomalies.Where(seen => seen.Anomaly.Template == from))
        {
            seen.Anomaly = seen.Anomaly with { Template = into };
        }
    }

    private void Keep(LogAnomaly anomaly)
    {
        anomalies.Enqueue(new(anomaly, anomaly.Kind is AnomalyKind.NewTemplate ? current : sources.GetValueOrDefault(anomaly.Template).Last));
        if (anomalies.Count > KeptAnomalies)
        {
            anomalies.Dequeue();
        }

        metrics.Anomaly(anomaly);
    }
}

/// <summary>Who wrote a line.</summary>
/// <param name="Name">The task, or the node of the kernel.</param>
/// <param name="IsKernel">Whether a kernel did.</param>
internal readonly record struct LogSource(string Name, bool IsKernel = false)
{
    /// <summary>As it is shown: a task's name, or <c>node/NAME</c> for its kernel.</summary>
    public string Shown => IsKernel ? $"node/{Name}" : Name ?? "";
}

/// <summary>An anomaly and who wrote the line.</summary>
internal sealed class SeenAnomaly(LogAnomaly anomaly, LogSource source)
{
    public LogAnomaly Anomaly { get; set; } = anomaly;

    public LogSource Source { get; } = source;
}
