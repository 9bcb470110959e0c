using Datahall.Control.Store;
using Datahall.Server.Advice;
using Datahall.Server.Agents;
using Datahall.Server.Alerts;
using Datahall.Server.Apply;
using Datahall.Server.Auth;
using Datahall.Server.Console;
using Datahall.Server.Console.SignIn;
using Datahall.Server.Diagnosis;
using Datahall.Server.Energy;
using Datahall.Server.Events;
using Datahall.Server.Explain;
using Datahall.Server.Gateways;
using Datahall.Server.Http;
using Datahall.Server.Logs;
using Datahall.Server.LogTemplates;
using Datahall.Server.Loop;
using Datahall.Server.Metrics;
using Datahall.Server.Resources;
using Datahall.Server.Scaling;
using Datahall.Server.Schema;
using Datahall.Server.ServerInfo;
using Datahall.Server.Snapshots;
using Datahall.Server.Top;
using Datahall.Server.Waking;
using Datahall.Server.Watch;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Datahall.Server.Hosting;

/// <summary>Builds the web application: services, limits, middleware, endpoints.</summary>
internal static class WebHost
{
    private const long MaxBodyBytes = 10 * 1024 * 1024;

    /// <summary>Builds the application; nothing runs yet.</summary>
    public static WebApplication Build(ServerOptions options, ListenUrl listen, IResourceStore store, BearerTokens tokens, TokenBook book)
    {
        // Empty: no configuration files, no environment, nothing that costs start-up time or surprises an operator.
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = options.DataDirectory, ApplicationName = "Datahall.Server" });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, options, listen));
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(tokens);
        builder.Services.AddSingleton(book);
        builder.Services.AddRoles();
        AddHost(builder, options);
        AddControl(builder.Services, options);
        builder.AddMetrics(options.Metrics, CertificatesOf(options, listen));
        var app = builder.Build();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseConsole();
        app.UseWhen(context => !ConsoleGate.Owns(context) && !MetricsEndpoints.AreOpen(context, options.Metrics), static api => api.UseMiddleware<BearerMiddleware>());
        app.UseRouting();
        app.UseAuthorization();
        app.UseAntiforgery();
        Map(app);
        return app;
    }

    private static void AddHost(WebApplicationBuilder builder, ServerOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(options.Time);
        services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        services.Configure<HostOptions>(static host =>
        {
            host.ShutdownTimeout = TimeSpan.FromSeconds(5);

            // What watches and tells is beside the core: a bug in one of them is logged, and takes down neither the core nor the others.
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
        services.AddMetrics();
        services.AddRouting();
        services.AddOpenApi("v1");
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ServerJson.Default);
            json.SerializerOptions.DefaultIgnoreCondition = ServerJson.Default.Options.DefaultIgnoreCondition;
            json.SerializerOptions.NumberHandling = ServerJson.Default.Options.NumberHandling;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
        });
        builder.Logging.SetMinimumLevel(options.LogLevel);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // What fails at the start is told by ServerStartException, once and without a trace.
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void AddControl(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options.Core);
        services.AddSingleton(new LogPatience(options.LogTimeout));
        services.AddSingleton<LoopClock>();
        services.AddSingleton<ResourceCache>();
        services.AddSingleton<CoreSource>();
        services.AddSingleton<DatahallControlMetrics>();
        services.AddSingleton<ControlLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<ControlLoop>());
        services.AddHostedService(provider => new NodeWaker(
            provider.GetRequiredService<ResourceCache>(), options.WakeCommand, options.Time, provider.GetRequiredService<ILogger<NodeWaker>>()));
        services.AddSingleton<WatchFeed>();
        services.AddSingleton<EventFeed>();
        services.AddSingleton<ManifestIntake>();
        services.AddSingleton<OrderBoard>();
        services.AddSingleton<AgentGateway>();
        services.AddSingleton<ReadingsStore>();
        services.AddSingleton<LogRelay>();
        services.AddSingleton<LogReader>();
        services.AddSingleton<LocalControlPlane>();
        services.AddSingleton<RouteBook>();
        services.AddSingleton<LocalRouteFeed>();
        services.AddHostedService(static provider => provider.GetRequiredService<RouteBook>());
        services.AddSingleton<ServerStopping>();
        services.AddAdvice(options.Advice);
        services.AddAlerts(options);
        services.AddDiagnosis(options.WatchLogs);
        services.AddLogTemplates(options.WatchLogs);
        services.AddHostedService<DeviceUseReporter>();
        services.AddConsole(options.DataDirectory, options.Console);
        services.AddEnergy(Path.Combine(options.DataDirectory, DataDirectory.LedgerFile), options.Energy);
    }

    private static ServerCertificates CertificatesOf(ServerOptions options, ListenUrl listen) =>
        new(listen.Certificate, [.. (options.Gateway?.Listeners ?? []).SelectMany(static listener => listener.Certificates).Select(static files => files.Certificate).Distinct()]);

    private static void Limit(KestrelServerOptions kestrel, ServerOptions options, ListenUrl listen)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.KeepAliveTimeout = options.IdleTimeout;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        kestrel.Limits.MinResponseDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        listen.Listen(kestrel);
    }

    private static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapServer();
        routes.MapTokens();
        routes.MapSchema();
        routes.MapApply();
        routes.MapResources();
        routes.MapWatch();
        routes.MapEvents();
        routes.MapLogs();
        routes.MapDiagnosis();
        routes.MapLogTemplates();
        routes.MapExplain();
        routes.MapTop();
        routes.MapMetrics();
        routes.MapTargets();
        routes.MapSeries();
        routes.MapSnapshot();
        routes.MapAdvice();
        routes.MapAlerts();
        routes.MapEnergy();
        routes.MapAgents();
        routes.MapGateways();
        routes.MapConsole();
        routes.MapOpenApi("/openapi/{documentName}.json");
    }
}

/// <summary>The server lives as long as whoever started it says; signals are that one's.</summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
