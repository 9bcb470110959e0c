namespace Datahall.Monitoring.Alerts;

/// <summary>Metrics whose names are those of node_exporter and of the DCGM exporter. In a Prometheus that scrapes these too, <c>job</c> tells what the server itself says.</summary>
public static class SharedMetrics
{
    /// <summary>The label that tells them apart.</summary>
    public const string Label = "job";

    /// <summary>Its value on the series of the server: that of <c>/metrics/fleet</c> in the service discovery.</summary>
    public const string OwnJob = "datahall-fleet";

    /// <summary>Whether exporters have a metric of this name too.</summary>
    public static bool IsShared(string metric) => metric.StartsWith("node_", StringComparison.Ordinal) || metric.StartsWith("DCGM_", StringComparison.Ordinal);
}
