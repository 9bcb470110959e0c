using System.Net;
using System.Text.Json;
using Datahall.Control.Agents;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Metrics;

public sealed class TargetEndpointsTests
{
    private const string Site = """
        kind: Site
        name: lab
        spec: { halls: [{ name: a, racks: [{ name: r1 }] }] }
        ---
        kind: Node
        name: n1
        spec:
          location: { site: lab, hall: a, rack: r1 }
          exporters: [{ name: node, port: 9100 }, { name: dcgm, port: 9400, path: /gpu }]
        ---
        kind: Service
        name: web
        spec:
          resources: { cpu: 1 }
          run: { process: { command: [sleep, "60"] } }
          metrics: { path: /stats }
        ---

        """;

    [Fact]
    public async Task Targets_are_the_server_nodes_exporters_and_replicas_that_run()
    {
        await using var server = await ReadyNode.StartAsync("n1");
        await server.ApplyAsync(Site);
        using var agent = new FakeAgent(server, "n1");
        await using var orders = await agent.OrdersAsync();
        var desired = await FakeAgent.DesiredAsync(orders, 1);
        await agent.PostAsync("report", new NodeReport
        {
            Node = "n1",
            Session = "s1",
            Sequence = 50,
            AppliedRevision = desired.Revision,
            Tasks = [new() { Task = desired.Tasks[0].Task, Fence = desired.Tasks[0].Fence, State = AttemptState.Running, Pid = 7, Ready = true }],
        });

        var all = (await server.GetAsync("/api/v1/prometheus/targets")).EnumerateArray().ToList();
        var ofNodes = (await server.GetAsync("/api/v1/prometheus/targets?of=nodes")).EnumerateArray().ToList();

        Assert.Equal(["datahall", "datahall-fleet", "node", "dcgm", "web"], all.Select(static group => Label(group, "job")));
        Assert.Equal([$"127.0.0.1:{server.Server.Url.Port}"], Targets(all[0]));
        Assert.Equal(("/metrics", "/metrics/fleet", "http"), (Label(all[0], "__metrics_path__"), Label(all[1], "__metrics_path__"), Label(all[0], "__scheme__")));
        Assert.Equal(["127.0.0.1:9400"], Targets(all[3]));
        Assert.Equal(("/gpu", "n1", "lab", "a", "r1"), (Label(all[3], "__metrics_path__"), Label(all[3], "node"), Label(all[3], "site"), Label(all[3], "hall"), Label(all[3], "rack")));
        Assert.Equal([$"127.0.0.1:{desired.Tasks[0].Env["PORT"]}"], Targets(all[4]));
        Assert.Equal(("/stats", "web", "n1"), (Label(all[4], "__metrics_path__"), Label(all[4], "service"), Label(all[4], "node")));
        Assert.Equal(["node", "dcgm"], ofNodes.Select(static group => Label(group, "job")));
    }

    [Fact]
    public async Task Targets_have_gateways_that_tell_metrics()
    {
        await using var server = await RunningServer.StartAsync();
        using var gateway = server.ClientWith(server.Server.JoinToken);
        using var routes = await gateway.GetAsync("/api/v1/gateways/edge/routes?metrics=0.0.0.0:7081", HttpCompletionOption.ResponseHeadersRead, RunningServer.Cancelled);
        using var quiet = await gateway.GetAsync("/api/v1/gateways/quiet/routes", HttpCompletionOption.ResponseHeadersRead, RunningServer.Cancelled);

        var groups = (await server.GetAsync("/api/v1/prometheus/targets?of=gateways")).EnumerateArray().ToList();

        Assert.Equal("edge", Label(Assert.Single(groups), "gateway"));
        Assert.Equal(["127.0.0.1:7081"], Targets(groups[0]));
    }

    [Fact]
    public async Task Targets_of_something_unknown_are_refused()
    {
        await using var server = await RunningServer.StartAsync();

        var problem = await server.GetAsync("/api/v1/prometheus/targets?of=server,pods", HttpStatusCode.BadRequest);

        Assert.Equal("of is 'pods': it takes server, gateways, nodes, services, several parted by commas", problem.GetProperty("detail").GetString());
    }

    private static string? Label(JsonElement group, string name) => group.GetProperty("labels").GetProperty(name).GetString();

    private static IEnumerable<string?> Targets(JsonElement group) => group.GetProperty("targets").EnumerateArray().Select(static target => target.GetString());
}
