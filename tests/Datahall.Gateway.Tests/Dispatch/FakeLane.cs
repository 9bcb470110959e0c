using System.Net;
using System.Text;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Routes;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Dispatch;

/// <summary>A dispatcher with a lane that only notes what it is told.</summary>
internal sealed class FakeLane : IExchangeLane
{
    public FakeLane(params RouteConfig[] routes)
        : this(new GatewayConfig { Revision = 1, Routes = routes })
    {
    }

    public FakeLane(GatewayConfig config)
    {
        Dispatcher = new(seed: 7);
        Dispatcher.Register(this);
        Apply(config);
    }

    public Dispatcher Dispatcher { get; }

    public Queue<Exchange> Resumed { get; } = [];

    public List<(string Replica, ReplicaChange Change)> Changes { get; } = [];

    public void Resume(Exchange exchange) => Resumed.Enqueue(exchange);

    public void OnReplica(Replica replica, ReplicaChange change) => Changes.Add((replica.Name, change));

    public void Apply(GatewayConfig config) => Dispatcher.Apply(config, static replica => new IPEndPoint(IPAddress.Loopback, replica.Port));

    public Exchange New(LaneAbilities abilities = LaneAbilities.FanOut) => Dispatcher.NewExchange(this, abilities, 0);

    /// <summary>A request of a client.</summary>
    public (Exchange Exchange, Step Step) Begin(
        string path = "/", string host = "", string method = "GET", FakeHeaders? headers = null, long length = 0, LaneAbilities abilities = LaneAbilities.FanOut)
    {
        var exchange = New(abilities);
        var facts = new RequestFacts { Method = Encoding.ASCII.GetBytes(method), Host = Encoding.ASCII.GetBytes(host), Path = Encoding.ASCII.GetBytes(path), ContentLength = length };
        return (exchange, exchange.Begin(facts, headers ?? new(), GatewayClock.Now));
    }

    public Replica Replica(string name) => Dispatcher.Routes.SelectMany(static route => route.Replicas).First(replica => replica.Name == name);

    /// <summary>A route to replicas <c>NAME.v1.0</c> and so on.</summary>
    public static RouteConfig Route(string name, int replicas = 1, RouteSpec? spec = null) => new()
    {
        Name = name,
        Spec = spec ?? new(),
        Awaited = true,
        Replicas = [.. Enumerable.Range(0, replicas).Select(i => Replica(name, 1, i))],
    };

    public static ReplicaConfig Replica(string service, int version, int index) => new($"{service}.v{version}.{index}", 1, version, "127.0.0.1", 9000 + (version * 100) + index);
}
