using Datahall.Monitoring.Anomalies;
using Datahall.Monitoring.Lines;
using Datahall.Monitoring.Search;
using Datahall.Monitoring.Templates;

namespace Datahall.Server.LogTemplates;

/// <summary>The templates of what tasks write, over the whole site, and what was unusual lately. In memory, bounded, thread-safe.</summary>
internal sealed class LogBook
{
    private const int KeptAnomalies = 500;

    private readonly Lock gate = new();
    private readonly TemplateMiner miner;
    private readonly AnomalyDetector detector;
    private readonly Dictionary<int, string> lastTask = [];
    private readonly Queue<SeenAnomaly> anomalies = new();
    private readonly LogMetrics metrics;
    private string task = "";

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

    /// <summary>Takes a line that a task wrote.</summary>
    public void Add(string from, ReadOnlySpan<byte> line, DateTimeOffset now)
    {
        lock (gate)
        {
            task = from;
            var template = miner.Add(line);
            var level = detector.IsNew(template) ? LineLevels.Of([], line) : LineLevel.Unknown;
            detector.Add(template, miner.Lines, now.ToUnixTimeMilliseconds(), level);
            lastTask[template] = from;
        }

        metrics.Line();
    }

    /// <summary>The templates that match, the one with the most lines first, with the task that wrote the last of each.</summary>
    public IReadOnlyList<(TemplateSummary Template, string Task)> Templates(LogQuery query, int limit)
    {
        lock (gate)
        {
            return [.. miner.Templates().Where(template => query.Matches(template.Text)).Take(limit).Select(template => (template, lastTask.GetValueOrDefault(template.Id, "")))];
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

    private void Merge(int from, int into)
    {
        detector.Merge(from, into);
        if (lastTask.Remove(from, out var name))
        {
            lastTask[into] = name;
        }

        foreach (var seen in anomalies.Where(seen => seen.Anomaly.Template == from))
        {
            seen.Anomaly = seen.Anomaly with { Template = into };
        }
    }

    private void Keep(LogAnomaly anomaly)
    {
        anomalies.Enqueue(new(anomaly, anomaly.Kind is AnomalyKind.NewTemplate ? task : lastTask.GetValueOrDefault(anomaly.Template, "")));
        if (anomalies.Count > KeptAnomalies)
        {
            anomalies.Dequeue();
        }

        metrics.Anomaly(anomaly);
    }
}

/// <summary>An anomaly and the task that wrote the line.</summary>
internal sealed class SeenAnomaly(LogAnomaly anomaly, string task)
{
    public LogAnomaly Anomaly { get; set; } = anomaly;

    public string Task { get; } = task;
}
