using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Server.Metrics;

/// <summary>A listener for <c>/metrics</c> and nothing else, for programs that have no API: gateways of their own. It asks for no token: listen where only Prometheus comes.</summary>
public sealed class MetricsListener : IAsyncDisposable
{
    private readonly WebApplication app;

    private MetricsListener(WebApplication app) => this.app = app;

    /// <summary>The port that was bound.</summary>
    public int Port => new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    /// <summary>Starts to listen.</summary>
    /// <param name="listen">Where, such as <c>http://0.0.0.0:7081</c>; port 0 takes a free one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The URL is not one to listen on.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<MetricsListener> StartAsync(Uri listen, CancellationToken cancellationToken)
    {
        if (listen.Scheme != "http" || !IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address))
        {
            throw new ArgumentException($"'{listen}' is not a URL to tell metrics on; write it like http://0.0.0.0:7081");
        }

        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "Datahall.Server" });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 100;
            kestrel.Listen(address, listen.Port);
        });
        builder.Services.AddMetrics();
        builder.Services.AddRouting();
        builder.AddInstruments(otlp: null);
        var app = builder.Build();
        app.MapPrometheusScrapingEndpoint(MetricsEndpoints.Path);
        try
        {
            await app.StartAsync(cancellationToken);
            return new(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
