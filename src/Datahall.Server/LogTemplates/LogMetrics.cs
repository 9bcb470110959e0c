using System.Diagnostics.Metrics;
using Datahall.Monitoring.Anomalies;

namespace Datahall.Server.LogTemplates;

/// <summary>What is counted of tasks' logs; see <c>docs/metrics.md</c>.</summary>
internal sealed class LogMetrics
{
    private readonly Meter meter;
    private readonly Counter<long> lines;
    private readonly Counter<long> anomalies;

    public LogMetrics(IMeterFactory meters)
    {
        meter = meters.Create("Datahall.Logs");
        lines = meter.CreateCounter<long>("datahall.logs.lines", "{line}", "Lines of tasks' logs that were looked at.");
        anomalies = meter.CreateCounter<long>("datahall.logs.anomalies", "{anomaly}", "Unusual things in tasks' logs, by kind and severity.");
    }

    /// <summary>Lets the number of templates be asked for.</summary>
    public void Watch(Func<int> templates) => meter.CreateObservableGauge("datahall.logs.templates", templates, "{template}", "Templates of tasks' logs.");

    public void Line() => lines.Add(1);

    public void Anomaly(LogAnomaly anomaly) => anomalies.Add(
        1,
        new("kind", anomaly.Kind is AnomalyKind.Burst ? "burst" : "new-template"),
        new("severity", anomaly.Severity.ToString().ToLowerInvariant()));
}
