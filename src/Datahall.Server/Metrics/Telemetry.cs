using Datahall.Monitoring.Series;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Datahall.Server.Metrics;

/// <summary>Registers everything that measures and tells.</summary>
internal static class Telemetry
{
    // As many routes, replicas and tenants as the gateway tells apart, by their statuses.
    private const int MostPointsOfGateway = 10_000;

    // Prometheus keeps the ending _count for histograms, and promtool says so.
    private static readonly string[] Odd = ["dotnet.assembly.count", "dotnet.process.cpu.count", "dotnet.timer.count"];

    private const int OtlpHttpPort = 4318;

    public static void AddMetrics(this WebApplicationBuilder builder, MetricsOptions options, ServerCertificates certificates)
    {
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(certificates);
        services.AddSingleton(new SeriesStore(options.Series));
        services.AddSingleton<NodePoints>();
        services.AddSingleton<WorkPoints>();
        services.AddSingleton<PowerPoints>();
        services.AddSingleton<FleetBoard>();
        services.AddSingleton<SeriesReader>();
        services.AddSingleton<SeriesMetrics>();
        services.AddSingleton<SeriesSampler>();
        services.AddHostedService(static provider => provider.GetRequiredService<SeriesSampler>());
        services.AddSingleton<PrometheusHistory>();
        services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Add(MetricsJson.Default));
        builder.AddInstruments(options.Otlp, static (metrics, provider) => metrics.AddReader(provider.GetRequiredService<SeriesReader>().Reader));
    }

    /// <summary>Has OpenTelemetry collect the program's instruments for Prometheus, and for an OTLP receiver when one is named.</summary>
    public static void AddInstruments(this WebApplicationBuilder builder, Uri? otlp, Action<MeterProviderBuilder, IServiceProvider>? more = null)
    {
        // OpenTelemetry's own settings, by the names that its specification gives them; the server reads no others from the environment.
        builder.Configuration.AddInMemoryCollection(Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(static variable => ((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal))
            .Select(static variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value)));
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService("datahall"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter("Datahall.*", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel");
                metrics.AddView("datahall.gateway.*", new MetricStreamConfiguration { CardinalityLimit = MostPointsOfGateway });
                foreach (var odd in Odd)
                {
                    metrics.AddView(odd, MetricStreamConfiguration.Drop);
                }

                metrics.AddPrometheusExporter(static exporter => exporter.ScopeInfoEnabled = false); // Names tell whose they are.
                if (otlp is not null || builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 } || builder.Configuration["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] is { Length: > 0 })
                {
                    metrics.AddOtlpExporter(exporter => Direct(exporter, otlp));
                }

                if (more is not null && metrics is IDeferredMeterProviderBuilder deferred)
                {
                    deferred.Configure((provider, deferredMetrics) => more(deferredMetrics, provider));
                }
            });
    }

    private static void Direct(OtlpExporterOptions exporter, Uri? otlp)
    {
        if (otlp is null)
        {
            return; // The environment says where.
        }

        var isHttp = otlp.Port == OtlpHttpPort || otlp.AbsolutePath.Length > 1;
        exporter.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        exporter.Endpoint = isHttp && otlp.AbsolutePath.Length <= 1 ? new(otlp, "v1/metrics") : otlp;
    }
}
