using System.Net;
using System.Net.Http.Headers;
using Datahall.Gateway.Feed;
using Datahall.Gateway.Routes;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Gateways;

/// <summary>What gateways are told, over HTTP as a gateway elsewhere hears it.</summary>
public sealed class RouteStreamTests
{
    private const string Manifest = """
        kind: Service
        name: web
        spec:
          replicas: 1
          run: { process: { command: [sleep, "1000"] } }
          health: { http: { path: /ok } }
          route: { protocol: oip, hosts: [a.example.com] }
        ---
        kind: Service
        name: silent
        spec: { run: { process: { command: [sleep, "1000"] } } }
        ---
        kind: Ensemble
        name: both
        spec: { route: { protocol: oip }, members: [{ service: web }] }
        ---
        kind: Tenant
        name: acme
        spec: { requestsPerMinute: 7 }
        """;

    [Fact]
    public async Task Gateways_are_told_of_routes_ensembles_and_tenants_as_they_change()
    {
        await using var server = await RunningServer.StartAsync();
        using var feed = new HttpRouteFeed(server.Server.Url, server.Server.JoinToken, TimeProvider.System);
        await using var configs = feed.WatchAsync("g1", TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        await server.ApplyAsync(Manifest);
        var config = await UntilAsync(configs, static config => config.Routes.Count == 2 && config.Tenants.Count == 1);

        Assert.Equal(["web", "both"], config.Routes.Select(static route => route.Name));
        Assert.Equal(("/ok", true, 1), (config.Routes[0].HealthPath, config.Routes[0].Awaited, config.Gateways));
        Assert.Equal(["a.example.com"], config.Routes[0].Spec.Hosts);
        Assert.Equal("web", Assert.Single(config.Routes[1].Ensemble!.Members).Service);
        Assert.Equal(7, config.Tenants[0].Spec.RequestsPerMinute);

        await server.ApplyAsync("kind: Tenant\nname: acme\nspec: { requestsPerMinute: 8 }");
        Assert.Equal(8, (await UntilAsync(configs, static config => config.Tenants[0].Spec.RequestsPerMinute != 7)).Tenants[0].Spec.RequestsPerMinute);
    }

    [Fact]
    public async Task Gateways_that_listen_share_the_limits()
    {
        await using var server = await RunningServer.StartAsync();
        using var feed = new HttpRouteFeed(server.Server.Url, server.Server.JoinToken, TimeProvider.System);
        await using var first = feed.WatchAsync("g1", TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await UntilAsync(first, static config => config.Gateways == 1);

        await using (var second = feed.WatchAsync("g2", TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken))
        {
            await UntilAsync(second, static config => config.Gateways == 2);
            await UntilAsync(first, static config => config.Gateways == 2);
        }

        await UntilAsync(first, static config => config.Gateways == 1);
    }

    [Fact]
    public async Task Routes_are_secret_to_whoever_has_no_token()
    {
        await using var server = await RunningServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Server.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");

        using var answer = await http.GetAsync(new Uri("/api/v1/gateways/g1/routes", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task<GatewayConfig> UntilAsync(IAsyncEnumerator<GatewayConfig> configs, Func<GatewayConfig, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await configs.MoveNextAsync().AsTask().WaitAsync(limit.Token))
        {
            if (condition(configs.Current))
            {
                return configs.Current;
            }
        }

        throw new InvalidOperationException("the stream of routes ended");
    }
}
