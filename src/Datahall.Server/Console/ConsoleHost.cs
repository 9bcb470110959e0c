using Datahall.Server.Console.Actions;
using Datahall.Server.Console.Assets;
using Datahall.Server.Console.History;
using Datahall.Server.Console.Live;
using Datahall.Server.Console.Shell;
using Datahall.Server.Console.SignIn;
using Datahall.Server.Console.Simulations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MudBlazor.Services;

namespace Datahall.Server.Console;

/// <summary>The console in the server: services, the gate before routing, pages.</summary>
internal static class ConsoleHost
{
    public static void AddConsole(this IServiceCollection services, string dataDirectory, ConsoleOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<ConsoleAssets>();
        services.AddSingleton(new SessionFile(Path.Combine(dataDirectory, "console-sessions.json")));
        services.AddSingleton<ConsoleSessions>();
        services.AddSingleton<LiveResources>();
        services.AddHostedService(static provider => provider.GetRequiredService<LiveResources>());
        services.AddSingleton<SeriesHistory>();
        services.AddSingleton(new SimulationShelf(Path.Combine(dataDirectory, "simulations")));
        services.AddScoped<Visitor>();
        services.AddScoped<ActionDesk>();
        services.AddScoped<CircuitConnection>();
        services.AddScoped<CircuitHandler>(static provider => provider.GetRequiredService<CircuitConnection>());

        // A browser that kept its cookie over a restart of the server gets a new one: nothing to tell an operator.
        services.Configure<LoggerFilterOptions>(static logs => logs.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical));
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        services.AddEphemeralKeys();
    }

    /// <summary>The gate of the console; what is not the console's passes it by.</summary>
    public static void UseConsole(this IApplicationBuilder app) => app.UseWhen(ConsoleGate.Owns, static console =>
    {
        console.UseMiddleware<ConsoleGate>();
        console.UseStatusCodePagesWithReExecute("/not-found");
    });

    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        routes.MapAssets();
        routes.MapSignIn();
        routes.MapRazorComponents<ConsolePage>().AddInteractiveServerRenderMode(static render => render.ContentSecurityFrameAncestorsPolicy = null);
    }

    // What they protect lives as long as this process: antiforgery tokens and the parameters of pages. Kept keys would be one more secret on the disk,
    // and the framework's service that loads them at the start would write them into the home of whoever runs the server.
    private static void AddEphemeralKeys(this IServiceCollection services)
    {
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        var loader = services.FirstOrDefault(static service =>
            service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(EphemeralDataProtectionProvider).Assembly);
        if (loader is not null)
        {
            services.Remove(loader);
        }
    }
}
