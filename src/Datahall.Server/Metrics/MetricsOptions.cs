using Datahall.Monitoring.Series;

namespace Datahall.Server.Metrics;

/// <summary>What may be set about what the server measures and tells.</summary>
public sealed record MetricsOptions
{
    /// <summary>Whether <c>/metrics</c> and what is below it can be read without a token. Default false.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The OTLP receiver that the program's instruments are sent to, such as <c>http://otel:4317</c> (gRPC) or <c>http://otel:4318</c> (HTTP); null: the one that <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names, or none.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>The Prometheus that scrapes this server and has what is older than memory reaches, such as <c>http://prometheus:9090</c>; null: none.</summary>
    public Uri? Prometheus { get; init; }

    /// <summary>What the series store may hold.</summary>
    public SeriesOptions Series { get; init; } = new();
}
