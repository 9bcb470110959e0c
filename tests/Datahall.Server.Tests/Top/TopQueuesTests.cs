using System.Text.Json;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Top;

public sealed class TopQueuesTests
{
    private const string Queues = """
        kind: Queue
        name: company
        spec: {}
        ---
        kind: Queue
        name: research
        spec: { parent: company, weight: 2, guarantee: { cpu: 6 } }
        ---
        kind: Queue
        name: product
        spec: { parent: company, limit: { cpu: 4 } }
        """;

    [Fact]
    public async Task Queues_tell_what_they_hold_wait_for_and_are_due()
    {
        await using var server = await ReadyNode.StartAsync("n1");
        await server.ApplyAsync(Queues);
        await server.ApplyAsync(In("research", "fits", 2) + In("product", "wide", 5));

        var queues = (await server.GetAsync("/api/v1/top/queues")).GetProperty("items").EnumerateArray().ToDictionary(queue => queue.GetProperty("name").GetString()!);

        Assert.Equal(["company", "default", "product", "research"], queues.Keys);
        Assert.False(queues["company"].TryGetProperty("parent", out _));
        Assert.Equal(("company", 2.0, 0), (queues["research"].GetProperty("parent").GetString(), queues["research"].GetProperty("weight").GetDouble(), queues["research"].GetProperty("waitingGangs").GetInt32()));
        Assert.Equal((6.0, 2.0, 2.0), (Cpu(queues["research"], "guarantee"), Cpu(queues["research"], "held"), Cpu(queues["research"], "fairShare")));
        Assert.Equal((4.0, 0.0, 5.0), (Cpu(queues["product"], "limit"), Cpu(queues["product"], "held"), Cpu(queues["product"], "waiting")));
        Assert.Equal(1, queues["product"].GetProperty("waitingGangs").GetInt32());
        Assert.Equal(2.0, Cpu(queues["company"], "held"));
    }

    private static string In(string queue, string name, int replicas) =>
        Manifests.Job(name, replicas: replicas).Replace("spec:\n", $"spec:\n  queue: {queue}\n", StringComparison.Ordinal);

    private static double Cpu(JsonElement queue, string figure) =>
        queue.GetProperty("resources").EnumerateArray().Single(r => r.GetProperty("resource").GetString() == "cpu").GetProperty(figure).GetDouble();
}
