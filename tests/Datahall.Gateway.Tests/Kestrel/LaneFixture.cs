using System.Net;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Hosting;
using Datahall.Gateway.Kestrel;
using Datahall.Gateway.Routes;
using Datahall.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datahall.Gateway.Tests.Kestrel;

/// <summary>A Kestrel lane on a port of its own, before replicas of the test.</summary>
internal sealed class LaneFixture : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Dictionary<string, RouteConfig> routes = new(StringComparer.Ordinal);
    private Task caretaker = Task.CompletedTask;

    public Dispatcher Dispatcher { get; } = new(1);

    public KestrelLane Lane { get; private set; } = null!;

    public int Port => ((IPEndPoint)Lane.EndPoints[0]).Port;

    public Uri Url => new($"http://127.0.0.1:{Port}/");

    /// <summary>The tenants, from the next <see cref="Route(RouteConfig)"/> on.</summary>
    public IReadOnlyList<TenantConfig> Tenants { get; set; } = [];

    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public static async Task<LaneFixture> StartAsync(KestrelLaneOptions? options = null, params ListenerOptions[] listeners)
    {
        var fixture = new LaneFixture();
        fixture.Lane = new(fixture.Dispatcher, options ?? new() { LameDuck = TimeSpan.Zero }, NullLoggerFactory.Instance);
        await fixture.Lane.StartAsync(listeners.Length > 0 ? listeners : [new() { Address = "127.0.0.1" }], TestContext.Current.CancellationToken);
        fixture.Client.BaseAddress = listeners.Length > 0 && listeners[0].UnixSocket is not null ? null : fixture.Url;
        fixture.caretaker = fixture.LookAroundAsync();
        return fixture;
    }

    /// <summary>A lane with one route named <c>svc</c> to some replicas.</summary>
    public static async Task<LaneFixture> ToAsync(RouteSpec spec, params IPEndPoint[] replicas)
    {
        var fixture = await StartAsync();
        fixture.Route("svc", spec, replicas);
        return fixture;
    }

    public static ReplicaConfig ReplicaAt(string name, IPEndPoint end, int version = 1) => new($"{name}-{end.Port}", 1, version, end.Address.ToString(), end.Port);

    public void Route(string name, RouteSpec spec, params IPEndPoint[] replicas) => Route(new()
    {
        Name = name,
        Spec = spec,
        Awaited = true,
        Replicas = [.. replicas.Select(end => ReplicaAt(name, end))],
    });

    public void Route(RouteConfig route)
    {
        routes[route.Name] = route;
        Dispatcher.Apply(new() { Routes = [.. routes.Values], Tenants = Tenants }, static replica => new IPEndPoint(IPAddress.Parse(replica.Address), replica.Port));
    }

    public Replica Replica(IPEndPoint end) => Dispatcher.Routes.SelectMany(static route => route.Replicas).Single(replica => end.Equals(replica.EndPoint));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Lane.StopAsync(TimeSpan.Zero);
        await Lane.DisposeAsync();
        await stop.CancelAsync();
        await caretaker;
        stop.Dispose();
    }

    private async Task LookAroundAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                Dispatcher.LookAround();
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
