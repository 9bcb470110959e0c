using System.Text.Json;
using Datahall.Control.Agents;
using Datahall.Control.Core;
using Datahall.Server.Hosting;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Energy;

/// <summary>A server that looks at power many times a second, and a site of two racks: what the first one blows out comes back to it.</summary>
internal static class MeteredHall
{
    public const string Site = """
        kind: Site
        name: lab
        spec:
          timeZone: Asia/Shanghai
          plant: room-100kw
          tariff: { currency: CNY, price: 0.7 }
          carbon: { gramsPerKilowattHour: 500, renewableShare: 0.25 }
          halls:
            - name: a
              racks:
                - { name: a-warm, servers: [{ model: cpu-1s }] }
                - { name: b-cool, servers: [{ model: cpu-1s }] }
              recirculation: { kelvinPerKilowatt: [[30, 0], [0, 1]] }
        ---
        kind: SchedulerProfile
        name: default
        spec: { scores: [{ policy: energy }] }
        ---

        """;

    public static ServerOptions Options(ServerOptions options) => options with
    {
        Core = new CoreOptions { Lease = new(3_600_000) },
        Energy = new() { Interval = TimeSpan.FromMilliseconds(50), RecordInterval = TimeSpan.FromMilliseconds(200), PriceInterval = TimeSpan.FromMilliseconds(100), StaleAfter = TimeSpan.FromHours(1) },
    };

    public static string Node(string name, string rack) => $$"""
        kind: Node
        name: {{name}}
        spec: { location: { hall: a, rack: {{rack}} } }
        ---

        """;

    /// <summary>A node joins and sends one reading.</summary>
    public static async Task JoinAsync(RunningServer server, string node, double? watts = null, double cpuUsed = 6)
    {
        using var agent = new FakeAgent(server, node);
        await agent.RegisterAsync();
        await using var orders = await agent.OrdersAsync();
        await agent.ReportAsync((await FakeAgent.DesiredAsync(orders, 0)).Revision);
        await agent.PostAsync("readings", new NodeReadings { Node = node, CpuUsed = cpuUsed, PowerWatts = watts });
    }

    /// <summary>The node starts what it was given, and says what it uses.</summary>
    public static async Task RunAsync(RunningServer server, string node, string task, double? watts)
    {
        using var agent = new FakeAgent(server, node);
        await using var orders = await agent.OrdersAsync();
        var desired = await FakeAgent.DesiredAsync(orders, 1);
        await agent.PostAsync("report", new NodeReport
        {
            Node = node,
            Session = "s1",
            Sequence = 1000,
            AppliedRevision = desired.Revision,
            Tasks = [new() { Task = task, Fence = desired.Tasks[0].Fence, State = AttemptState.Running, Pid = 7 }],
        });
        await agent.PostAsync("readings", new NodeReadings { Node = node, CpuUsed = 6, PowerWatts = watts, Tasks = [new(task, 3, 1)] });
    }

    /// <summary>Asks again until an answer is as it should be.</summary>
    public static async Task<JsonElement> UntilAsync(RunningServer server, string path, Func<JsonElement, bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(RunningServer.Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var answer = await server.GetAsync(path);
            if (isSo(answer))
            {
                return answer;
            }

            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new InvalidOperationException($"{path} did not come to be as expected; last it was {answer}");
            }
        }
    }
}
