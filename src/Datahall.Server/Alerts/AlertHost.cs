using Datahall.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Server.Alerts;

/// <summary>Alerts in the server.</summary>
internal static class AlertHost
{
    public static void AddAlerts(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<AlertBook>();
        services.AddSingleton<AlertMetrics>();
        services.AddSingleton<EvidenceCollector>();
        services.AddSingleton<KernelEvidence>();
        services.AddHostedService(static provider => provider.GetRequiredService<KernelEvidence>());
        services.AddSingleton<WebhookIntake>();
        services.AddSingleton<AlertmanagerSender>();
        services.AddHostedService(static provider => provider.GetRequiredService<AlertmanagerSender>());
        services.AddHostedService<AlertWatch>();
        services.AddSingleton<IncidentNotifier>();
        services.AddHostedService(static provider => provider.GetRequiredService<IncidentNotifier>());
        services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Add(AlertJson.Default));
    }
}
