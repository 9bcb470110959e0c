using System.Collections.Concurrent;
using System.Net;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Hosting;
using Datahall.Gateway.Observing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;
using Yarp.ReverseProxy.Forwarder;

namespace Datahall.Gateway.Kestrel;

/// <summary>The lane that does everything, on every platform: TLS, HTTP/1.1 and HTTP/2, gRPC, WebSocket, hedged and mirrored requests, ensembles.</summary>
/// <remarks>Thread-safe. Kestrel takes the requests, SocketsHttpHandler sends them, YARP's forwarder carries what is upgraded.</remarks>
public sealed partial class KestrelLane : IExchangeLane, IAsyncDisposable
{
    private const int MostKept = 1024;

    private readonly KestrelLaneOptions options;
    private readonly LaneServer server;
    private readonly ILogger<KestrelLane> logger;
    private readonly ObjectPool<Carrier> carriers;
    private readonly ConcurrentDictionary<Replica, ReplicaLink> links = new();
    private int stripes;

    /// <summary>A lane that does not listen yet.</summary>
    /// <param name="dispatcher">What all lanes share.</param>
    /// <param name="options">What it puts up with.</param>
    /// <param name="loggers">Where it logs.</param>
    public KestrelLane(Dispatcher dispatcher, KestrelLaneOptions options, ILoggerFactory loggers)
    {
        (Dispatcher, this.options) = (dispatcher, options);
        carriers = new DefaultObjectPool<Carrier>(new CarrierPolicy(this), MostKept);
        server = new(this, options, loggers);
        logger = loggers.CreateLogger<KestrelLane>();
        Mirrors = new(this);
        dispatcher.Register(this);
    }

    /// <summary>Where it listens, in the order of the listeners, with the ports that were free.</summary>
    public IReadOnlyList<EndPoint> EndPoints => server.EndPoints;

    /// <summary>Whether it is going down: each answer asks its client to leave.</summary>
    public bool IsDraining { get; private set; }

    internal Dispatcher Dispatcher { get; }

    internal bool TrustsForwarded => options.TrustForwarded;

    internal Mirrors Mirrors { get; }

    internal IHttpForwarder Forwarder => server.Forwarder;

    /// <summary>Listens.</summary>
    /// <exception cref="IOException">An address is in use, or a certificate cannot be read.</exception>
    public Task StartAsync(IReadOnlyList<ListenerOptions> listeners, CancellationToken cancellationToken) => server.StartAsync(listeners, cancellationToken);

    /// <summary>Stops: clients are asked to leave with their next answer, then nobody is let in, and what runs may run on for a while.</summary>
    /// <param name="grace">For how long; what is not over then is cut off.</param>
    public async Task StopAsync(TimeSpan grace)
    {
        IsDraining = true;
        using var late = new CancellationTokenSource(grace);
        try
        {
            await Task.Delay(grace < options.LameDuck ? grace : options.LameDuck, TimeProvider.System, CancellationToken.None);
            await server.StopAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            // What was cut off is over now.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Mirrors.Dispose();
        await server.DisposeAsync();
        foreach (var link in links.Values)
        {
            link.Dispose();
        }
    }

    /// <inheritdoc/>
    void IExchangeLane.Resume(Exchange exchange) => ((Waiter)exchange.Owner!).Resume();

    /// <inheritdoc/>
    void IExchangeLane.OnReplica(Replica replica, ReplicaChange change)
    {
        if (change is ReplicaChange.Down)
        {
            links.GetValueOrDefault(replica)?.OnDown();
        }
        else if (links.TryRemove(replica, out var link))
        {
            link.CloseIdle();
        }
    }

    /// <summary>The connections to a replica.</summary>
    internal ReplicaLink LinkOf(Replica replica) =>
        links.GetOrAdd(replica, static (replica, idle) => new(replica, idle), options.UpstreamIdle);

    internal Carrier Rent() => carriers.Get();

    /// <summary>Gives a carrier back. Whatever went wrong, its replica is not left with a request that nobody waits for.</summary>
    internal void Return(Carrier carrier)
    {
        if (carrier.Exchange.IsAtReplica)
        {
            carrier.Exchange.OnBroken(GatewayClock.Now);
        }

        carriers.Return(carrier);
    }

    internal Carrier Fresh() => new(Dispatcher.NewExchange(this, LaneAbilities.FanOut, Interlocked.Increment(ref stripes) & (RouteStats.Stripes - 1)));

    [LoggerMessage(7303, LogLevel.Warning, "A request could not be carried out")]
    internal partial void LogUnforeseen(Exception exception);

    private sealed class CarrierPolicy(KestrelLane lane) : PooledObjectPolicy<Carrier>
    {
        public override Carrier Create() => lane.Fresh();

        public override bool Return(Carrier obj) => true;
    }
}
