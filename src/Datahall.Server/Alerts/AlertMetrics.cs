using System.Diagnostics.Metrics;

namespace Datahall.Server.Alerts;

/// <summary>What looking at alert rules measures of itself; see <c>docs/metrics.md</c>.</summary>
internal sealed class AlertMetrics
{
    private readonly Histogram<double> lookDuration;
    private readonly Counter<long> sent;
    private readonly Counter<long> sendFailures;

    public AlertMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Datahall.Alerts");
        lookDuration = meter.CreateHistogram(
            "datahall.alerts.look.duration", "s", "Time that one look at all alert rules took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5] });
        sent = meter.CreateCounter<long>("datahall.alerts.sent", "{alert}", "Alerts told to an Alertmanager.");
        sendFailures = meter.CreateCounter<long>("datahall.alerts.send.failures", "{request}", "Requests that an Alertmanager did not take.");
    }

    public void Looked(TimeSpan duration) => lookDuration.Record(duration.TotalSeconds);

    public void Sent(int alerts) => sent.Add(alerts);

    public void SendFailed() => sendFailures.Add(1);
}
