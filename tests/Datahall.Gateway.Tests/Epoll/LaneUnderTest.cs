using System.Net;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Epoll;
using Datahall.Gateway.Routes;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>A lane on a free port, with one route to the given replicas.</summary>
internal sealed class LaneUnderTest : IAsyncDisposable
{
    private readonly List<Exception> faults = [];

    public LaneUnderTest(RouteSpec spec, EpollLaneOptions? options, params IReadOnlyList<EndPoint> replicas)
    {
        Dispatcher = new(seed: 1);
        Spec = spec;
        Apply(replicas);
        Lane = new(Dispatcher, options ?? Options(), fault =>
        {
            lock (faults)
            {
                faults.Add(fault);
            }
        });
        Lane.Start();
    }

    public LaneUnderTest(params IReadOnlyList<ScriptedReplica> replicas)
        : this(new(), null, [.. replicas.Select(static replica => replica.EndPoint)])
    {
    }

    public Dispatcher Dispatcher { get; }

    public EpollLane Lane { get; }

    public RouteSpec Spec { get; }

    public Route Route => Dispatcher.Routes[0];

    public static EpollLaneOptions Options() => new() { Listen = new(IPAddress.Loopback, 0), Shards = 1 };

    public void Apply(IReadOnlyList<EndPoint> replicas, bool awaited = false) => Dispatcher.Apply(
        new()
        {
            Routes =
            [
                new()
                {
                    Name = "service",
                    Spec = Spec,
                    Awaited = awaited,
                    Replicas = [.. replicas.Select(static (endPoint, index) => new ReplicaConfig($"service/{index}", 1, 1, "127.0.0.1", (endPoint as IPEndPoint)?.Port ?? index + 1))],
                },
            ],
        },
        config => replicas[int.Parse(config.Task.AsSpan("service/".Length), System.Globalization.CultureInfo.InvariantCulture)]);

    public Task<RawClient> ConnectAsync() => RawClient.ConnectAsync(Lane.EndPoint);

    /// <summary>One request on a connection of its own; the whole answer.</summary>
    public async Task<string> AskAsync(string request)
    {
        using var client = await ConnectAsync();
        await client.SendAsync(request);
        return await client.ReadAnswerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Lane.DisposeAsync();
        lock (faults)
        {
            Assert.Empty(faults);
        }
    }
}
