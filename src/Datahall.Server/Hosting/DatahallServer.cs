using Datahall.Control.Store;
using Datahall.Gateway.Hosting;
using Datahall.Server.Agents;
using Datahall.Server.Auth;
using Datahall.Server.Gateways;
using Datahall.Server.Loop;
using Datahall.Server.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Hosting;

/// <summary>A running server: the store, the core, the REST API and, unless told otherwise, the agent of this machine.</summary>
public sealed partial class DatahallServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly IResourceStore store;
    private readonly DataDirectory directory;
    private readonly GatewayHost? gateway;
    private readonly BuiltInAgent? agent;
    private int stopped;

    private DatahallServer(WebApplication app, IResourceStore store, DataDirectory directory, BearerTokens tokens, Uri url, GatewayHost? gateway, BuiltInAgent? agent)
    {
        (this.gateway, this.agent) = (gateway, agent);
        this.app = app;
        this.store = store;
        this.directory = directory;
        AdminToken = tokens.AdminToken;
        JoinToken = tokens.JoinToken;
        Url = url;
    }

    /// <summary>Where this machine reaches the server.</summary>
    public Uri Url { get; }

    /// <summary>Where the server's own gateway takes requests; empty when it has none.</summary>
    public IReadOnlyList<string> GatewayUrls => gateway?.Urls ?? [];

    /// <summary>The token that opens every call. A secret.</summary>
    public string AdminToken { get; }

    /// <summary>The token that opens the agents' calls. A secret.</summary>
    public string JoinToken { get; }

    /// <summary>What the server is made of.</summary>
    internal IServiceProvider Services => app.Services;

    /// <summary>Completes, with the reason, when the server cannot go on; whoever started it stops it then and says why.</summary>
    public Task<string> Failed => app.Services.GetRequiredService<ControlLoop>().Fatal;

    /// <summary>Starts a server; it is ready when this returns.</summary>
    /// <exception cref="ServerStartException">It cannot start: the data directory is another server's, the port is taken, a file is damaged.</exception>
    public static async Task<DatahallServer> StartAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        var listen = ListenUrl.Of(options);
        var directory = DataDirectory.Open(options.DataDirectory);
        IResourceStore? store = null;
        WebApplication? app = null;
        GatewayHost? gateway = null;
        try
        {
            store = await OpenStoreAsync(options, directory, cancellationToken);
            var book = new TokenBook(directory.Tokens, options.Time);
            var tokens = new BearerTokens(SecretFile.ReadOrCreate(directory.AdminToken), SecretFile.ReadOrCreate(directory.JoinToken), book);
            app = WebHost.Build(options with { DataDirectory = directory.Path }, listen, store, tokens, book);
            await app.Services.GetRequiredService<ControlLoop>().OpenAsync(cancellationToken);
            await app.StartAsync(cancellationToken);
            gateway = options.Gateway is null ? null : await StartGatewayAsync(app, options.Gateway, options.Time, cancellationToken);
            var url = listen.Reachable(BoundPort(app));
            directory.WriteServerFile(url);
            WarnOfClearText(app, listen);
            return new(app, store, directory, tokens, url, gateway, options.RunAgent ? StartAgent(app, options, directory) : null);
        }
        catch (Exception e)
        {
            if (gateway is not null)
            {
                await gateway.DisposeAsync();
            }

            await CloseAsync(app, store, directory);
            throw e is IOException or InvalidDataException or UnauthorizedAccessException or GatewayStartException ? new ServerStartException(e.Message, e) : e;
        }
    }

    /// <summary>Stops in order: the agent, the gateway, the API, the core's loop, the store.</summary>
    /// <param name="mode">What happens to the tasks on this machine.</param>
    /// <param name="cancellationToken">Gives up waiting for tasks to stop; the rest goes on.</param>
    public async Task StopAsync(StopMode mode, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0)
        {
            return;
        }

        directory.RemoveServerFile();
        if (agent is not null)
        {
            await agent.StopAsync(mode, cancellationToken);
            agent.Dispose();
        }

        // After the agent: while its replicas are drained, requests still come and go.
        if (gateway is not null)
        {
            await gateway.StopAsync(cancellationToken);
            await gateway.DisposeAsync();
        }

        await app.StopAsync(CancellationToken.None);
        await CloseAsync(app, store, directory);
    }

    /// <summary>Stops and leaves the tasks, unless it was stopped already.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(StopMode.LeaveTasks, CancellationToken.None);

    private static async Task<IResourceStore> OpenStoreAsync(
        ServerOptions options, DataDirectory directory, CancellationToken cancellationToken) =>
        options.OpenStore is { } open
            ? await open(cancellationToken)
            : await SqliteStore.OpenAsync(directory.Store, options.Store, cancellationToken);

    private static async Task CloseAsync(WebApplication? app, IResourceStore? store, DataDirectory directory)
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        if (store is not null)
        {
            await store.DisposeAsync();
        }

        directory.Dispose();
    }

    private static Task<GatewayHost> StartGatewayAsync(WebApplication app, GatewayOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        GatewayHost.StartAsync(options, app.Services.GetRequiredService<LocalRouteFeed>(), time, app.Services.GetRequiredService<ILoggerFactory>(), cancellationToken);

    private static BuiltInAgent StartAgent(WebApplication app, ServerOptions options, DataDirectory directory) => new(
        options, directory, app.Services.GetRequiredService<LocalControlPlane>(), app.Services.GetRequiredService<ILoggerFactory>());

    private static int BoundPort(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    private static void WarnOfClearText(WebApplication app, ListenUrl listen)
    {
        if (!listen.IsLoopback && listen.Certificate is null)
        {
            LogClearText(app.Services.GetRequiredService<ILogger<DatahallServer>>(), listen.Url);
        }
    }

    [LoggerMessage(3001, LogLevel.Warning, "Other machines reach {Url} and tokens travel there in the clear: listen on https with a certificate")]
    private static partial void LogClearText(ILogger logger, Uri url);
}
